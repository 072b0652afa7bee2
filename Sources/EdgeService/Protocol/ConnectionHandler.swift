internal import NIOCore

/// One connection: collects bytes, answers every complete request in order, and ends when the client is too slow.
///
/// ```
/// waiting ──bytes──> reading ──whole head──> answering ──> waiting         idle, or an incomplete head for too long ──> closed
///                                               │ answers untaken ──> held ──taken──> answering        for too long ──> closed
///                                               └ fault, or the last request ──> ending ──> closed
/// ```
final class ConnectionHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limits: EdgeLimits
    private let counters: EdgeCounters
    private var parser: RequestHeadParser
    private var answering: RequestAnswering
    private var pending = ByteBuffer()
    private var isEnding = false
    private var isStopping = false
    private var holdsRead = false
    private var deadline = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?

    init(limits: EdgeLimits, counters: EdgeCounters, answering: RequestAnswering) {
        self.limits = limits
        self.counters = counters
        self.answering = answering
        parser = RequestHeadParser(limits: limits)
    }

    func channelActive(context: ChannelHandlerContext) {
        setDeadline(limits.idleMilliseconds)
        schedule(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        isEnding = true
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        var bytes = unwrapInboundIn(data)
        let wasWaiting = pending.readableBytes == 0
        if wasWaiting { pending = bytes } else { pending.writeBuffer(&bytes) }
        process(context, isNewHead: wasWaiting)
    }

    /// Nothing is read while answers are untaken: a client that only sends is held up at its own end.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { holdsRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if isEnding { setDeadline(limits.unsentMilliseconds) } else { process(context, isNewHead: true) }
            if holdsRead, context.channel.isWritable {
                holdsRead = false
                context.read()
            }
        } else {
            setDeadline(limits.unsentMilliseconds)
            schedule(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client is gone, or its connection broke: there is nobody to answer.
        context.close(promise: nil)
    }

    /// Lets requests under way be answered, and ends.
    func stop(context: ChannelHandlerContext) {
        isStopping = true
        guard !isEnding, pending.readableBytes == 0 else { return }
        isEnding = true
        context.close(mode: .all, promise: nil)
    }

    private func process(_ context: ChannelHandlerContext, isNewHead: Bool) {
        var output = context.channel.allocator.buffer(capacity: 512)
        var answered = 0
        while !isEnding, pending.readableBytes > 0, output.readableBytes < limits.maximumUnsentBytes {
            guard answerNext(into: &output) else { break }
            answered += 1
        }
        if pending.readableBytes == 0 { pending.clear(minimumCapacity: 0) } else { pending.discardReadBytes() }
        if output.readableBytes > 0 {
            let promise: EventLoopPromise<Void>? = isEnding ? context.eventLoop.makePromise() : nil
            if let promise {
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                promise.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
            }
            context.writeAndFlush(wrapOutboundOut(output), promise: promise)
        }
        guard context.channel.isWritable, !isEnding else { return setDeadline(limits.unsentMilliseconds) }
        if pending.readableBytes == 0 {
            setDeadline(limits.idleMilliseconds)
        } else if answered > 0 || isNewHead {
            setDeadline(limits.headMilliseconds)
            schedule(context)
        }
    }

    /// Answers the first request of `pending`.
    ///
    /// - Returns: false while its head is incomplete.
    private func answerNext(into output: inout ByteBuffer) -> Bool {
        do {
            guard try parser.parse(pending.readableBytesUInt8Span) else { return false }
            let keepsAlive = parser.head.keepsAlive && !isStopping
            try answering.answer(parser.head, pending.readableBytesUInt8Span, keepsAlive: keepsAlive, into: &output)
            pending.moveReaderIndex(forwardBy: parser.head.length)
            isEnding = !keepsAlive
        } catch {
            counters.note(error)
            AnswerText.write(error.status, body: error.text + "\n", isHead: false, keepsAlive: false, isHTTP11: true, into: &output)
            isEnding = true
        }
        return true
    }

    // MARK: Deadlines

    private func setDeadline(_ milliseconds: Int64) { deadline = .now() + .milliseconds(milliseconds) }

    /// Looks at the deadline when it comes; a deadline that was moved away meanwhile is waited for again.
    private func schedule(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            guard handler.timer != nil else { return }
            if handler.deadline <= .now() { handler.end(context) } else { handler.schedule(context) }
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        timer = nil
        // An idle connection has done nothing wrong.
        if pending.readableBytes > 0 || !context.channel.isWritable || isEnding { counters.timedOut.increment() }
        isEnding = true
        context.close(promise: nil)
    }
}
