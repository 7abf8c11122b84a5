use super::*;

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[test]
fn fixed_values_stay() {
    for (json, number) in [("7", 7.0), ("-2.5", -2.5), ("\"0x1F\"", 31.0), ("true", 1.0)] {
        assert_eq!(value(json).at(123.0), Some(number), "{json}");
    }
}

#[test]
fn a_wave_goes_up_and_back() {
    let wave = value(r#"{"wave":{"min":10,"max":90,"periodSeconds":8}}"#);
    for (time, number) in [(0.0, 10.0), (2.0, 50.0), (4.0, 90.0), (6.0, 50.0), (8.0, 10.0)] {
        assert!(wave.at(time).is_some_and(|at| near(at, number)), "{time}");
    }
}

#[test]
fn steps_hold_from_their_time_on() {
    let steps = value(r#"{"steps":[[5.0,90],[0,10],[9,null]]}"#);
    let expected = [(0.0, Some(10.0)), (4.9, Some(10.0)), (5.0, Some(90.0)), (9.5, None)];
    for (time, number) in expected {
        assert_eq!(steps.at(time), number, "{time}");
    }
    assert_eq!(value(r#"{"steps":[[5,"0x4"]]}"#).at(1.0), Some(4.0));
}

#[test]
fn a_ramp_ends_where_it_should() {
    let ramp = value(r#"{"ramp":{"from":0,"to":100,"seconds":60}}"#);
    for (time, number) in [(0.0, 0.0), (30.0, 50.0), (60.0, 100.0), (600.0, 100.0)] {
        assert_eq!(ramp.at(time), Some(number), "{time}");
    }
}

#[test]
fn counters_gain_the_area() {
    let areas = [
        ("5", 10.0, 50.0),
        (r#"{"wave":{"min":0,"max":100,"periodSeconds":10}}"#, 20.0, 1000.0),
        (r#"{"steps":[[2,10],[5,0],[8,1]]}"#, 10.0, 52.0),
        (r#"{"ramp":{"from":0,"to":10,"seconds":10}}"#, 12.0, 70.0),
        (r#"{"ramp":{"from":0,"to":10,"seconds":0}}"#, 12.0, 120.0),
    ];
    for (json, time, area) in areas {
        assert!(near(value(json).integral(time), area), "{json}: {}", value(json).integral(time));
    }
}

#[test]
fn nonsense_is_refused() {
    for json in [
        r#""seven""#,
        "[]",
        r#"{"steps":[]}"#,
        r#"{"wave":{"min":0,"max":1,"periodSeconds":0}}"#,
        r#"{"ramp":{"from":0,"to":1,"seconds":1,"then":2}}"#,
    ] {
        assert!(serde_json::from_str::<Value>(json).is_err(), "{json}");
    }
}
