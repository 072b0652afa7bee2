/// Why a request is not answered with a decision. The connection ends after the answer.
enum RequestFault: String, Error, CaseIterable {
    /// No HTTP/1 request line with headers.
    case malformed
    /// More bytes or more lines than the limits allow.
    case tooLarge = "too_large"
    /// A request with a body; this service reads none.
    case body
    /// Neither GET nor HEAD.
    case method

    var status: String {
        switch self {
        case .malformed, .body: "400 Bad Request"
        case .tooLarge: "431 Request Header Fields Too Large"
        case .method: "405 Method Not Allowed"
        }
    }

    /// What the answer says.
    var text: String {
        switch self {
        case .malformed: "this is no HTTP/1.1 request with well-formed headers"
        case .tooLarge: "the request line and headers are larger than this service takes"
        case .body: "this service reads no request body; set proxy_pass_request_body off and an empty Content-Length"
        case .method: "only GET and HEAD are answered"
        }
    }
}
