"""A gRPC service and a client for it, without generated code: the method takes bytes and answers with the metadata it was called with.

    echo.py serve REVISION          prints its port, serves until its standard input ends
    echo.py call PORT COUNT NAME=VALUE...   calls COUNT times, prints one JSON line a call
"""
import json
import sys
from concurrent import futures

import grpc


class Echo(grpc.GenericRpcHandler):
    def __init__(self, revision):
        self.revision = revision

    def service(self, call):
        if call.method != "/tidegate.Echo/Call":
            return None
        metadata = {key: value for key, value in call.invocation_metadata if isinstance(value, str)}
        answer = json.dumps({"revision": self.revision, "metadata": metadata}).encode()

        def handle(request, context):
            context.set_trailing_metadata((("echo-length", str(len(request))),))
            return answer

        return grpc.unary_unary_rpc_method_handler(handle)


def serve(revision):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((Echo(revision),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0)


def call(port, count, metadata):
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        method = channel.unary_unary("/tidegate.Echo/Call")
        for number in range(count):
            sent = [(key, value.replace("#", str(number))) for key, value in metadata]
            answer, details = method.with_call(b"x" * 10, metadata=sent, timeout=20)
            value = json.loads(answer)
            value["trailers"] = {item.key: item.value for item in details.trailing_metadata()}
            value["headers"] = {item.key: item.value for item in details.initial_metadata()}
            print(json.dumps(value))


if sys.argv[1] == "serve":
    serve(sys.argv[2])
else:
    call(int(sys.argv[2]), int(sys.argv[3]), [tuple(item.split("=", 1)) for item in sys.argv[4:]])
