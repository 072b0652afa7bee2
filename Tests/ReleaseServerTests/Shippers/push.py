"""Pushes log lines as shippers do, by their own encoders.

push.py promtail|otlp|otlp-json URL TOKEN LINES: prints the status of the answer (promtail, otlp-json) or of the export (otlp).
"""
import sys
import time

kind, url, token, lines = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
authorization = {"Authorization": f"Bearer {token}"}


def push_request():
    """logproto.PushRequest (grafana/loki, pkg/push/push.proto), built at run time by the protobuf library."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="push.proto", package="logproto", syntax="proto3", dependency=["google/protobuf/timestamp.proto"])

    def message(name, *fields):
        entry = file.message_type.add(name=name)
        for number, (label, kind, type_name) in enumerate(fields, 1):
            repeated = isinstance(kind, list)
            entry.field.add(
                name=label, number=number, type=kind[0] if repeated else kind, type_name=type_name,
                label=field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL)

    message("LabelPair", ("name", field.TYPE_STRING, None), ("value", field.TYPE_STRING, None))
    message(
        "Entry", ("timestamp", field.TYPE_MESSAGE, ".google.protobuf.Timestamp"), ("line", field.TYPE_STRING, None),
        ("structuredMetadata", [field.TYPE_MESSAGE], ".logproto.LabelPair"))
    message("Stream", ("labels", field.TYPE_STRING, None), ("entries", [field.TYPE_MESSAGE], ".logproto.Entry"),
            ("hash", field.TYPE_UINT64, None))
    message("PushRequest", ("streams", [field.TYPE_MESSAGE], ".logproto.Stream"))
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    request = message_factory.GetMessageClass(pool.FindMessageTypeByName("logproto.PushRequest"))()
    stream = request.streams.add(labels='{instance="i-1", job="default/checkout", revision="v42", service="checkout"}', hash=17)
    for number in range(lines):
        entry = stream.entries.add(line=f"ERROR payment {number} of card 4111111111111111 failed")
        entry.timestamp.seconds = int(time.time())
        entry.structuredMetadata.add(name="trace_id", value="0af7651916cd43dd8448eb211c80319c")
    return request


def otlp_request():
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    request = ExportLogsServiceRequest()
    logs = request.resource_logs.add()
    for name, value in [("service.name", "checkout"), ("service.version", "v42"), ("service.instance.id", "i-1")]:
        logs.resource.attributes.add(key=name).value.string_value = value
    records = logs.scope_logs.add().log_records
    for number in range(lines):
        record = records.add(time_unix_nano=time.time_ns(), severity_number=17, trace_id=bytes(16))
        record.body.string_value = f"payment {number} failed"
    return request


if kind == "promtail":
    import cramjam
    import requests

    body = bytes(cramjam.snappy.compress_raw(push_request().SerializeToString()))
    print(requests.post(
        f"{url}/loki/api/v1/push", data=body, headers=authorization | {"Content-Type": "application/x-protobuf"}, timeout=20).status_code)
elif kind == "otlp-json":
    import gzip

    import requests
    from google.protobuf.json_format import MessageToJson

    body = gzip.compress(MessageToJson(otlp_request()).encode())
    print(requests.post(
        f"{url}/v1/logs", data=body, timeout=20,
        headers=authorization | {"Content-Type": "application/json", "Content-Encoding": "gzip"}).status_code)
else:
    import logging

    from opentelemetry._logs import SeverityNumber
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
    from opentelemetry.sdk.resources import Resource

    results = []

    class Exporter(OTLPLogExporter):
        def export(self, batch):
            results.append(super().export(batch))
            return results[-1]

    provider = LoggerProvider(
        Resource.create({"service.name": "checkout", "service.version": "v42", "service.instance.id": "i-1"}))
    provider.add_log_record_processor(SimpleLogRecordProcessor(
        Exporter(endpoint=f"{url}/v1/logs", headers=authorization, compression=Compression.Gzip, timeout=20)))
    logger = provider.get_logger("shop")
    for number in range(lines):
        logger.emit(
            timestamp=time.time_ns(), severity_number=SeverityNumber.ERROR, body=f"payment {number} failed",
            attributes={"exception.type": "TimeoutException", "exception.message": "t"})
    provider.shutdown()
    print("SUCCESS" if len(results) == lines and all(result.name == "SUCCESS" for result in results) else results)
