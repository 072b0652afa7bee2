extension RequestNode {
    /// The node's value for one request, by walking the tree: for checks of rules before they are used. Requests are decided by
    /// `RequestPredicate`, which is compiled.
    public func value(_ request: RequestView) throws(EvaluationError) -> LuaValue { try RequestEvaluation.value(self, request) }
}
