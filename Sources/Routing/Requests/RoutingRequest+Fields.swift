public import Predicates

extension RoutingRequest {
    /// The value of a field; nil when the request does not have it or has it empty. Colours are not among a request's own fields.
    ///
    /// | field | nginx |
    /// |---|---|
    /// | `header["x"]` | `$http_x`: the first header of that name; all `Cookie` headers joined by `; ` |
    /// | `cookie.x` | the first `x=...` of the Cookie header, names compared byte by byte |
    /// | `query.x` | the first `x=...` of `$args`, undecoded, names compared byte by byte |
    /// | `path` | `$uri`: decoded, `.` and `..` resolved, slashes merged |
    /// | `host` | `$host`: lower case, without the port |
    /// | `client.address`, `method`, `scheme`, `request.target` | `$remote_addr`, `$request_method`, `$scheme`, `$request_uri` |
    public func value(of field: RequestField) -> ByteString? { FieldReader(field).value(in: self) }
}
