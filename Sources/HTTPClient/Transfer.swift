internal import CLibCurl

/// One transfer under way: its easy handle, what has arrived, and whom to tell. Lives on the driver's thread only.
final class Transfer {
    static let maximumHeaderBytes = 64 << 10

    let id: UInt64
    let request: HTTPRequest
    let handle: UnsafeMutableRawPointer
    let complete: @Sendable (Result<HTTPResponse, HTTPError>) -> Void

    private(set) var body: [UInt8] = []
    private(set) var headers: [HTTPHeader] = []
    private(set) var overrun: String?
    private var received = 0
    private var wasRefused = false
    private var headerBytes = 0
    private var fields: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    init(
        id: UInt64, request: HTTPRequest, handle: UnsafeMutableRawPointer,
        complete: @escaping @Sendable (Result<HTTPResponse, HTTPError>) -> Void
    ) {
        self.id = id
        self.request = request
        self.handle = handle
        self.complete = complete
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(fields)
        errorText.deallocate()
    }

    /// Writes the request into the easy handle. The handle refers to this object until it is reset.
    func configure(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        func text(_ option: CURLoption, _ value: String) throws(HTTPError) {
            let code = tidegate_easy_set_text(handle, option, value)
            guard code == CURLE_OK else { throw failure(code) }
        }
        func number(_ option: CURLoption, _ value: Int) { _ = tidegate_easy_set_long(handle, option, value) }

        try text(CURLOPT_URL, request.url)
        try text(CURLOPT_PROTOCOLS_STR, "http,https")
        try text(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        try text(CURLOPT_PROXY, "")
        try text(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        try text(CURLOPT_USERAGENT, configuration.userAgent)
        number(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        number(CURLOPT_NOSIGNAL, 1)
        number(CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds)
        number(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds)
        number(CURLOPT_FOLLOWLOCATION, request.maximumRedirects > 0 ? 1 : 0)
        number(CURLOPT_MAXREDIRS, request.maximumRedirects)
        number(CURLOPT_FRESH_CONNECT, request.freshConnection ? 1 : 0)
        number(CURLOPT_FORBID_REUSE, request.freshConnection ? 1 : 0)
        number(CURLOPT_SSL_VERIFYPEER, 1)
        number(CURLOPT_SSL_VERIFYHOST, 2)
        number(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = configuration.certificateAuthorityFile { try text(CURLOPT_CAINFO, file) }
        if let file = configuration.clientCertificateFile { try text(CURLOPT_SSLCERT, file) }
        if let file = configuration.clientKeyFile { try text(CURLOPT_SSLKEY, file) }
        try configureMethodAndBody(text, number)
        configureHeaders()
        configureCallbacks()
    }

    private func configureMethodAndBody(
        _ text: (CURLoption, String) throws(HTTPError) -> Void, _ number: (CURLoption, Int) -> Void
    ) throws(HTTPError) {
        let needsBody = request.method == .post || request.method == .put || request.method == .patch
        if request.method == .head {
            number(CURLOPT_NOBODY, 1)
        } else if request.body != nil || needsBody {
            let body = request.body ?? []
            _ = tidegate_easy_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            // An empty array has no address to point at, and libcurl takes a null for "no body".
            let code = (body.isEmpty ? [0] : body).withUnsafeBytes {
                tidegate_easy_set_bytes(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
            }
            guard code == CURLE_OK else { throw failure(code) }
            try text(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        } else if request.method == .get {
            number(CURLOPT_HTTPGET, 1)
        } else {
            try text(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func configureHeaders() {
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // Without these lines libcurl would wait for a 100-continue and claim that a body is a form.
        if request.headers[first: "expect"] == nil { lines.append("Expect:") }
        if request.headers[first: "content-type"] == nil { lines.append("Content-Type:") }
        for line in lines {
            if let longer = curl_slist_append(fields, line) { fields = longer }
        }
        _ = tidegate_easy_set_pointer(handle, CURLOPT_HTTPHEADER, fields)
    }

    private func configureCallbacks() {
        // Unretained: the driver keeps this object in its table for as long as the handle is in the multi handle.
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = tidegate_easy_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        _ = tidegate_easy_set_pointer(handle, CURLOPT_PRIVATE, context)
        _ = tidegate_easy_set_pointer(handle, CURLOPT_WRITEDATA, context)
        _ = tidegate_easy_set_pointer(handle, CURLOPT_HEADERDATA, context)
        _ = tidegate_easy_set_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        _ = tidegate_easy_set_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
    }

    private func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        received += bytes.count
        guard received <= request.maximumResponseBytes else {
            overrun = "the response is longer than \(request.maximumResponseBytes) bytes"
            return false
        }
        if let sink = request.sink, (200..<300).contains(tidegate_easy_get_long(handle, CURLINFO_RESPONSE_CODE)) {
            wasRefused = !sink(bytes)
            return !wasRefused
        }
        body.append(contentsOf: bytes)
        return true
    }

    private func receive(header bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.maximumHeaderBytes, headers.count < HTTPRequest.maximumHeaderFields else {
            overrun = "the response headers exceed \(Self.maximumHeaderBytes) bytes or \(HTTPRequest.maximumHeaderFields) fields"
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers.removeAll()  // a new response begins, after a redirect or a 1xx
        } else if let colon = line.firstIndex(of: ":") {
            headers.append(HTTPHeader(String(line[..<colon]), line[line.index(after: colon)...].trimmed))
        }
        return true
    }

    /// What came of the transfer, once libcurl has said so.
    func result(of code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        guard code == CURLE_OK else { return .failure(failure(code)) }
        func time(_ info: CURLINFO) -> Duration { .microseconds(tidegate_easy_get_offset(handle, info)) }
        func port(_ info: CURLINFO) -> Int? {
            let value = tidegate_easy_get_long(handle, info)
            return value > 0 ? value : nil
        }
        let timing = HTTPTiming(
            nameLookup: time(CURLINFO_NAMELOOKUP_TIME_T), connect: time(CURLINFO_CONNECT_TIME_T), tls: time(CURLINFO_APPCONNECT_TIME_T),
            firstByte: time(CURLINFO_STARTTRANSFER_TIME_T), total: time(CURLINFO_TOTAL_TIME_T),
            reusedConnection: tidegate_easy_get_long(handle, CURLINFO_NUM_CONNECTS) == 0, localPort: port(CURLINFO_LOCAL_PORT),
            remotePort: port(CURLINFO_PRIMARY_PORT))
        let status = tidegate_easy_get_long(handle, CURLINFO_RESPONSE_CODE)
        return .success(HTTPResponse(status: status, headers: headers, body: body, timing: timing))
    }

    private func failure(_ code: CURLcode) -> HTTPError {
        if let overrun { return HTTPError(.tooLarge, overrun, place: request.place) }
        if wasRefused { return HTTPError(.cancelled, "what came was not taken any further", place: request.place) }
        let detail = String(cString: errorText)
        let reason = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        return HTTPError(Self.kind(of: code), reason, place: request.place)
    }

    private static func kind(of code: CURLcode) -> HTTPError.Code {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_OUT_OF_MEMORY: .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_PROXY, CURLE_INTERFACE_FAILED: .connectFailed
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CLIENTCERT:
            .tls
        default: .protocol
        }
    }
}

extension Duration {
    /// At least 1: libcurl takes 0 for "no limit".
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let bounded = min(max(seconds, 0), 1_000_000)
        return max(1, Int(bounded) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}

extension Substring {
    /// Without the white space around it.
    fileprivate var trimmed: String {
        var rest = self
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest.drop(while: \.isWhitespace))
    }
}
