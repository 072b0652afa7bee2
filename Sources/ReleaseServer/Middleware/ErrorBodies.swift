import Hummingbird
import Logging
import NIOCore
import ReleaseModel

/// Turns every error into the one error body, with a status that fits its code. What a reader cannot act on stays in the log.
struct ErrorBodies: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let (status, shown) = Self.answer(to: error, request: request, logger: context.logger)
            var response = try APIAnswer.json(ErrorBody(error: shown), status: status)
            if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
            if status == .tooManyRequests { response.headers[.retryAfter] = (error as? HTTPError)?.headers[.retryAfter] ?? "1" }
            // The rest of a body that was refused is not read; the connection ends with the answer.
            if status == .contentTooLarge || status == .requestTimeout { response.headers[.connection] = "close" }
            return response
        }
    }

    static func answer(to error: any Error, request: Request, logger: Logger) -> (HTTPResponse.Status, ReleaseError) {
        switch error {
        case let error as ReleaseError:
            return (error.code.status, error)
        case let error as DecodingError:
            return (.badRequest, ReleaseError(.invalidInput, error.explanation, place: "the request's body"))
        case is NIOTooManyBytesError:
            return (
                .contentTooLarge,
                ReleaseError(.limitExceeded, "the request's body is too large", place: request.uri.path, advice: "send it in smaller parts")
            )
        case let error as HTTPError where error.status == .notFound:
            return (
                .notFound,
                ReleaseError(
                    .notFound, "there is nothing at \(request.method.rawValue) \(request.uri.path)", advice: "the API is under /v1")
            )
        case let error as HTTPError:
            return (error.status, ReleaseError(.invalidInput, error.body ?? error.status.reasonPhrase))
        case is CancellationError:
            return (.serviceUnavailable, ReleaseError(.unavailable, "the server is stopping", advice: "try again in a moment"))
        default:
            logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(String(reflecting: error))"])
            return (
                .internalServerError,
                ReleaseError(.unavailable, "the server could not do this", place: request.uri.path, advice: "its log says why")
            )
        }
    }
}

extension ReleaseError.Code {
    /// The HTTP status that says the same.
    var status: HTTPResponse.Status {
        switch self {
        case .invalidInput: .badRequest
        case .notFound: .notFound
        case .conflict, .illegalTransition, .leaseLost: .conflict
        case .forbidden: .forbidden
        case .unauthenticated: .unauthorized
        case .unavailable, .versionMismatch: .serviceUnavailable
        case .timedOut: .gatewayTimeout
        case .pluginFailed, .dataPlaneRefused: .badGateway
        case .limitExceeded: .tooManyRequests
        }
    }
}
