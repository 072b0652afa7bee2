internal import NIOCore
internal import ReleaseModel
internal import Routing

/// The answer to `GET /decide`: always 200, with the decision in headers.
enum DecisionAnswer {
    /// The request that the proxy asks about, with only those of its parts and headers that the plan reads.
    static func request(_ proxy: ProxyHeaders, _ head: borrowing RequestHead, _ bytes: borrowing Span<UInt8>, _ plan: LoadedPlan)
        -> RoutingRequest
    {
        var request = RoutingRequest(method: [], target: [], host: [], scheme: [], clientAddress: [], headers: [])
        if plan.parts.method, let range = proxy.method { request.method = RequestHead.copy(bytes, range) }
        if plan.parts.target, let range = proxy.target { request.target = RequestHead.copy(bytes, range) }
        if plan.parts.host, let range = proxy.host { request.host = RequestHead.copy(bytes, range) }
        if plan.parts.scheme, let range = proxy.scheme { request.scheme = RequestHead.copy(bytes, range) }
        if let range = proxy.client { request.clientAddress = RequestHead.copy(bytes, range) }
        for index in head.fields.indices {
            let field = head.fields[index]
            for header in plan.headers where RequestHead.isSame(bytes, field.name, header.name) {
                var header = header
                header.value = RequestHead.copy(bytes, field.value)
                request.headers.append(header)
            }
        }
        return request
    }

    /// Decides and counts.
    static func write(
        _ request: RoutingRequest, peer: [UInt8]?, plan: LoadedPlan, now: Timestamp, keepsAlive: Bool, isHTTP11: Bool,
        into output: inout ByteBuffer
    ) {
        let admission = plan.gate.admit(request, peer: peer, now: now)
        let assignment = plan.table.assign(request, now: now, inbound: admission.colors)
        count(assignment, admission, plan)
        let arm = plan.arms[assignment.armIndex]
        output.writeBytes(arm.head)
        if let rule = assignment.ruleIndex { output.writeBytes(plan.rules[rule]) }
        output.writeStaticString("\r\nx-tidegate-bucket: ")
        if let bucket = assignment.bucket { AnswerText.write(bucket, into: &output) }
        output.writeStaticString("\r\n")
        let hasBaggage = plan.gate.baggage != nil
        if !assignment.colors.isEmpty || hasBaggage {
            let baggage = hasBaggage ? request.headers.first { $0.name == Self.baggageName }?.value : nil
            write(plan.gate.outgoing(assignment, inbound: admission.colors, baggage: baggage, now: now), hasBaggage, into: &output)
        }
        AnswerText.end(keepsAlive: keepsAlive, isHTTP11: isHTTP11, into: &output)
    }

    private static func write(_ colors: OutgoingColors, _ hasBaggage: Bool, into output: inout ByteBuffer) {
        if let tags = colors.tags { writeField("x-tidegate-tag: ", tags, into: &output) }
        if let hops = colors.hops {
            output.writeStaticString("x-tidegate-hops: ")
            AnswerText.write(hops, into: &output)
            output.writeStaticString("\r\n")
        }
        if let signature = colors.signature { writeField("x-tidegate-signature: ", signature, into: &output) }
        if hasBaggage, let baggage = colors.baggage {
            output.writeStaticString("x-tidegate-baggage: ")
            output.writeBytes(baggage)
            output.writeStaticString("\r\n")
        }
    }

    private static func writeField(_ name: StaticString, _ value: String, into output: inout ByteBuffer) {
        output.writeStaticString(name)
        output.writeString(value)
        output.writeStaticString("\r\n")
    }

    private static func count(_ assignment: Assignment, _ admission: ColorGate.Admission, _ plan: LoadedPlan) {
        plan.arms[assignment.armIndex].count.increment()
        if assignment.failures > 0 { plan.counters.failures.increment(by: assignment.failures) }
        if !assignment.colors.isEmpty { plan.counters.colored.increment() }
        if let reason = admission.reason {
            if reason != .notPresent { plan.counters.noteRefusedColors(reason.rawValue) }
        } else {
            plan.counters.noteBelieved(hops: admission.colors.hops)
        }
    }

    private static let baggageName = Array("baggage".utf8)
}
