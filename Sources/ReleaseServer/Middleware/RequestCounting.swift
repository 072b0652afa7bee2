import Hummingbird

/// Counts requests by route and status class, and how long they took.
struct RequestCounting: RouterMiddleware {
    let metrics: ServerMetrics

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        metrics.count(
            method: request.method.rawValue, route: context.endpointPath ?? "none", status: response.status.code,
            took: ContinuousClock.now - start)
        return response
    }
}
