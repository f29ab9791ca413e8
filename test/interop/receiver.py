"""A receiver of log records as any CPython program has one: length-framed pickles
over TCP and over UDP, each made a LogRecord by logging.makeLogRecord.

Prints first a line of JSON with its two ports, then one line for every record: what
it holds, with the Python type of each value. Ends when its standard input does.
"""

import json
import logging
import logging.handlers
import pickle
import socketserver
import struct
import sys
import threading

printing = threading.Lock()


def shown(value):
    """A value with its type, so that 1, 1.0 and True differ in JSON."""
    kind = type(value).__name__
    if isinstance(value, dict):
        return {"dict": [[key, shown(each)] for key, each in value.items()]}
    if isinstance(value, (list, tuple)):
        return {kind: [shown(each) for each in value]}
    if isinstance(value, str):
        return {"str": value}
    return {kind: repr(value)}


def take(payload):
    record = logging.makeLogRecord(pickle.loads(payload))
    line = logging.Formatter("%(levelname)s:%(name)s:%(message)s").format(record)
    told = {"attributes": shown(vars(record)), "line": line}
    with printing:
        # Lone surrogates are escaped by json: the output is ASCII.
        print(json.dumps(told), flush=True)


class Stream(socketserver.StreamRequestHandler):
    def handle(self):
        while len(head := self.rfile.read(4)) == 4:
            (length,) = struct.unpack(">L", head)
            take(self.rfile.read(length))


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        bytes_ = self.request[0]
        (length,) = struct.unpack(">L", bytes_[:4])
        assert length == len(bytes_) - 4
        take(bytes_[4:])


def reading(lines):
    """What the other way round needs: CPython's own frame of a record, as hex."""
    handler = logging.handlers.SocketHandler("localhost", 1)
    for line in lines:
        record = logging.makeLogRecord(json.loads(line))
        with printing:
            print(json.dumps({"frame": handler.makePickle(record).hex()}), flush=True)


socketserver.ThreadingTCPServer.daemon_threads = True
socketserver.UDPServer.max_packet_size = 65536
tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stream)
udp = socketserver.UDPServer(("127.0.0.1", 0), Datagram)
for server in (tcp, udp):
    threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"tcp": tcp.server_address[1], "udp": udp.server_address[1]}), flush=True)
reading(sys.stdin)
