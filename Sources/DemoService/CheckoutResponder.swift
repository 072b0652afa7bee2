import Foundation
import HTTPTypes
import Hummingbird

/// Answers requests: a few paths for whoever watches the instance, and everything else as the service itself.
struct CheckoutResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let service: CheckoutService
    /// Asked while a request is answered; nil for a service at the end of the line.
    let downstream: Downstream?

    static let tagHeader = HTTPField.Name("x-gray-tag")!
    static let revisionHeader = HTTPField.Name("x-revision")!
    static let instanceHeader = HTTPField.Name("x-instance")!

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        switch (request.method, request.uri.path) {
        case (.get, "/health"): json("{\"status\":\"up\"}")
        case (.get, "/count"): json(counts())
        case (.get, "/metrics"): metrics()
        case (.post, "/fault"): switchFault(request)
        default: try await serve(request)
        }
    }

    private func serve(_ request: Request) async throws -> Response {
        let fails = try await service.serve(method: request.method.rawValue, path: request.uri.path)
        let identity = service.identity
        var answeredBy = ""
        if let downstream, !fails, service.asksDownstream(isColored: request.headers[Self.tagHeader] != nil) {
            let revision = await downstream.revision(path: request.uri.path, headers: request.headers)
            answeredBy = ",\"downstream\":\(revision.map { JSONText.quoted(String($0.prefix(64))) } ?? "null")"
        }
        let tag = request.headers[Self.tagHeader].map { JSONText.quoted(String($0.prefix(256))) } ?? "null"
        var response = json(
            "{\"service\":\(JSONText.quoted(identity.service)),\"revision\":\(JSONText.quoted(identity.revision)),"
                + "\"instance\":\(JSONText.quoted(identity.instance)),\"tag\":\(tag)\(answeredBy)}",
            status: fails ? .internalServerError : .ok)
        response.headers[Self.revisionHeader] = identity.revision
        response.headers[Self.instanceHeader] = identity.instance
        return response
    }

    private func counts() -> String {
        let identity = service.identity
        let (requests, errors) = service.counts
        return "{\"service\":\(JSONText.quoted(identity.service)),\"revision\":\(JSONText.quoted(identity.revision)),"
            + "\"instance\":\(JSONText.quoted(identity.instance)),\"requests\":\(requests),\"errors\":\(errors),"
            + "\"logLines\":\(service.log.written),\"logLinesDropped\":\(service.log.dropped),"
            + "\"fault\":\"\(service.schedule.active(at: Date()).rawValue)\"}"
    }

    private func metrics() -> Response {
        var response = Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: service.exposition())))
        response.headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
        return response
    }

    private func switchFault(_ request: Request) -> Response {
        let parameters = request.uri.queryParameters
        guard let kind = parameters["kind"].flatMap({ Fault(rawValue: String($0)) }) else {
            let kinds = Fault.allCases.map(\.rawValue).joined(separator: ", ")
            return json("{\"error\":\"kind must be one of \(kinds)\"}", status: .badRequest)
        }
        guard let after = seconds(parameters["after"], absent: 0),
            let errorsAfter = seconds(parameters["errorsAfter"], absent: FaultSchedule.defaultErrorsAfterSeconds)
        else {
            return json("{\"error\":\"after and errorsAfter are lengths of time such as 500ms or 8s\"}", status: .badRequest)
        }
        let schedule = FaultSchedule(fault: kind, begins: Date().addingTimeInterval(after), errorsAfterSeconds: errorsAfter)
        service.switchFault(schedule)
        let begins = schedule.begins.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return json("{\"fault\":\"\(kind.rawValue)\",\"at\":\"\(begins)\"}")
    }

    private func seconds(_ text: Substring?, absent: Double) -> Double? {
        guard let text else { return absent }
        return DurationText(String(text))?.seconds
    }

    private func json(_ body: String, status: HTTPResponse.Status = .ok) -> Response {
        var response = Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: body + "\n")))
        response.headers[.contentType] = "application/json"
        return response
    }
}
