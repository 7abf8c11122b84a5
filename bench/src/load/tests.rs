//! The generator against a server that sends everybody the same compressed bytes.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, SystemTime},
};

use flate2::{Compress, Compression, FlushCompress};

use super::*;

const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

/// A frame of a message with a time, which leans on nothing before it.
fn frame() -> Vec<u8> {
    let time = humantime::format_rfc3339_micros(SystemTime::now());
    let text = format!(r#"{{"timestamp":"{time}","gpus":[{}]}}"#, "1,".repeat(900));
    let mut body = Vec::with_capacity(4096);
    let mut compress = Compress::new(Compression::fast(), false);
    compress.compress_vec(text.as_bytes(), &mut body, FlushCompress::Sync).unwrap();
    body.truncate(body.len() - 4);
    let length = u8::try_from(body.len()).unwrap();
    assert!(length < 126);
    [&[0xC1, length], &body[..]].concat()
}

/// Greets all, then sends all of them a message every 20 ms until one goes.
fn serve(listener: &TcpListener, viewers: usize) {
    let mut all: Vec<TcpStream> = Vec::new();
    while all.len() < viewers {
        let mut stream = listener.accept().unwrap().0;
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        assert!(String::from_utf8_lossy(&request[..length]).contains("permessage-deflate"));
        stream.write_all(&[ANSWER, &frame()[..]].concat()).unwrap();
        all.push(stream);
    }
    loop {
        let message = frame();
        // The one that reads the message is not the first to get it.
        for stream in all.iter_mut().rev() {
            if stream.write_all(&message).is_err() {
                return;
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn each_message_is_timed_though_few_viewers_read_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/ws/gpu", listener.local_addr().unwrap());
    let server = thread::spawn(move || serve(&listener, 5));
    let arguments = ["load", "--url", &url, "--wire", "deflate", "--viewers", "5", "--probes", "1"];
    let more = ["--seconds", "0.5", "--settle-ms", "0"];
    let told = measure(Arguments::parse_from(arguments.into_iter().chain(more))).unwrap();
    server.join().unwrap();
    let number = |pointer: &str| told.pointer(pointer).unwrap().as_u64().unwrap();
    assert_eq!((number("/viewers/deflate"), number("/viewers/atEnd")), (5, 5), "{told}");
    assert!(number("/messages") >= 5, "{told}");
    // The last one may be under way when the count ends.
    assert!(number("/latencyMicros/count") + number("/withoutTime") >= number("/messages"), "{told}");
    assert!(number("/withoutTime") <= 4, "{told}");
    assert_eq!(number("/repeats"), 0, "{told}");
    assert!(told["errors"].as_object().unwrap().is_empty(), "{told}");
}
