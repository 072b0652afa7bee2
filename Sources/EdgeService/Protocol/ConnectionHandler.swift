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

    /// Output buffers of more than this are not kept for the next answer.
    private static let keptBytes = 16 * 1024

    private let limits: EdgeLimits
    private let counters: EdgeCounters
    private var parser: RequestHeadParser
    private var answering: RequestAnswering
    private var pending = ByteBuffer()
    private var output = ByteBuffer()
    private var isEnding = false
    private var isStopping = false
    private var isProcessing = false
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

    /// Answers what has come, as long as the client takes the answers.
    private func process(_ context: ChannelHandlerContext, isNewHead: Bool) {
        // Sending may say at once that the channel has become writable again; the loop below sees that by itself.
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        var answered = 0
        var isComplete = true
        while !isEnding, isComplete, pending.readableBytes > 0, context.channel.isWritable {
            // The memory is used again once the channel has let go of what was sent.
            output.clear()
            while !isEnding, isComplete, pending.readableBytes > 0, output.readableBytes < limits.maximumUnsentBytes {
                isComplete = answerNext()
                if isComplete { answered += 1 }
            }
            flush(context)
        }
        // An empty buffer gives the memory that was read into back to the channel.
        if pending.readableBytes == 0 { pending = ByteBuffer() } else { pending.discardReadBytes() }
        guard context.channel.isWritable, !isEnding else { return setDeadline(limits.unsentMilliseconds) }
        if pending.readableBytes == 0 {
            setDeadline(limits.idleMilliseconds)
        } else if answered > 0 || isNewHead {
            setDeadline(limits.headMilliseconds)
            schedule(context)
        }
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard output.readableBytes > 0 else { return }
        let bytes = output
        // A large answer (metrics, many at once) does not stay in memory.
        if bytes.readableBytes > Self.keptBytes { output = ByteBuffer() }
        send(bytes, context)
    }

    /// Sends bytes; the connection ends behind the last ones.
    private func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard isEnding else {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            return
        }
        let promise: EventLoopPromise<Void> = context.eventLoop.makePromise()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    /// Answers the first request of `pending`, behind what `output` has.
    ///
    /// - Returns: false while its head is incomplete.
    private func answerNext() -> Bool {
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
