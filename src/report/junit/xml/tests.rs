use junit_report::{Duration, Report, TestCase, TestSuite};
use proptest::prelude::*;
use quick_xml::events::{BytesStart, Event};

use super::*;

/// The text as a reader of XML gets it.
fn written_and_read(text: &str) -> (String, String) {
    let mut testcase =
        TestCase::failure(XmlAttribute::new(text).as_str(), Duration::ZERO, "x", "x");
    testcase.set_system_out(XmlText::new(text).as_str());
    let mut suite = TestSuite::new("x");
    suite.add_testcase(testcase);
    let mut report = Report::new();
    report.add_testsuite(suite);
    let mut bytes = Vec::new();
    report.write_xml(&mut bytes).unwrap();
    let properties = "<properties><property name=\"x\" value=\"y\"/></properties>";
    read(&completed(&String::from_utf8(bytes).unwrap(), [7], properties))
}

/// Reads strictly; returns the testcase's name and all text.
fn read(xml: &str) -> (String, String) {
    let is_xml = |it: char| matches!(it, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(is_xml), "{xml:?}");
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_comments = true;
    let (mut name, mut text) = (String::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => match tag.name().as_ref() {
                b"testcase" => name = attribute(&tag, "name").unwrap(),
                b"testsuite" => assert_eq!(attribute(&tag, "skipped").as_deref(), Some("7")),
                _ => {}
            },
            Event::CData(data) => text.push_str(&data.decode().unwrap()),
            Event::Text(stray) => panic!("text outside CDATA: {stray:?}"),
            Event::Eof => return (name, text),
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).unwrap()?;
    let value = std::str::from_utf8(&attribute.value).unwrap();
    Some(quick_xml::escape::unescape(value).unwrap().into_owned())
}

#[test]
fn forbidden_characters_are_shown_and_a_cdata_end_reads_the_same() {
    let (name, text) = written_and_read("a\u{1b}]]>\n\"<testsuite \u{ffff}\r\nb\rc]]");
    assert_eq!(text, "a\\u{1b}]]>\n\"<testsuite \\u{ffff}\nb\\u{d}c]]");
    assert_eq!(name, "a\\u{1b}]]>\\n\"<testsuite \\u{ffff}\\u{d}\\nb\\u{d}c]]");
}

proptest! {
    #[test]
    fn any_text_gives_well_formed_xml(text in any::<String>()) {
        written_and_read(&text);
    }

    #[test]
    fn text_without_control_characters_reads_as_it_was(text in "([\\PC\n]|]]>|<!\\[CDATA\\[|<testsuite |&|\"){0,20}") {
        let text = text.replace(['\u{fffe}', '\u{ffff}'], "");
        let (name, read) = written_and_read(&text);
        prop_assert_eq!(read, text.as_str());
        prop_assert_eq!(name, text.replace('\n', "\\n"));
    }
}
