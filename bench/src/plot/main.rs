//! The scaling that `bench` measured, as a picture.

use std::{env, fs, io, path::Path, process::ExitCode};

use plotters::prelude::*;
use serde_json::Value;

const SIZE: (u32, u32) = (960, 640);
const LINE: RGBColor = RGBColor(22, 120, 72);
const LINEAR: RGBColor = RGBColor(150, 150, 150);

fn main() -> ExitCode {
    let argument = |n, otherwise: &str| env::args().nth(n).unwrap_or_else(|| otherwise.to_owned());
    let (from, to) = (argument(1, "target/bench/server.json"), argument(2, "docs/scaling.svg"));
    let drawn = fs::read(&from)
        .and_then(|text| Ok(serde_json::from_slice::<Value>(&text)?))
        .and_then(|results| draw(&results["scaling"]["figures"], Path::new(&to)));
    match drawn {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plot: {from} to {to}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A plot per axis, both scales logarithmic; the grey line is what linear growth from the
/// last point would have looked like.
///
/// # Errors
/// When the file cannot be written.
fn draw(scaling: &Value, file: &Path) -> io::Result<()> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE).map_err(failed)?;
    let axes = scaling.as_array().map(Vec::as_slice).unwrap_or_default();
    for (area, axis) in root.split_evenly((2, 2)).iter().zip(axes) {
        draw_axis(axis, area).map_err(failed)?;
    }
    root.present().map_err(failed)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Failure<'a> = DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>;

fn draw_axis<'a>(axis: &Value, area: &Area<'a>) -> Result<(), Failure<'a>> {
    let points = points(axis);
    let (Some((first, _)), Some((last, top))) = (points.first().copied(), points.last().copied()) else {
        return Ok(());
    };
    let lowest = points.iter().map(|(_, y)| *y).fold(f64::INFINITY, f64::min);
    let highest = points.iter().map(|(_, y)| *y).fold(0.0, f64::max);
    let text = |name: &str| axis[name].as_str().unwrap_or_default().to_owned();
    let title = format!("{}: exponent {:.2}", text("what"), axis["exponent"].as_f64().unwrap_or_default());
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(72)
        .build_cartesian_2d(
            (first * 0.8..last * 1.25).log_scale(),
            (lowest * 0.5..highest * 2.0).log_scale(),
        )?;
    chart
        .configure_mesh()
        .max_light_lines(0)
        .y_desc(text("unit"))
        .x_label_formatter(&short)
        .y_label_formatter(&short)
        .draw()?;
    let linear = |x: f64| (x, top * x / last);
    let from = first.max(last * lowest * 0.5 / top);
    chart.draw_series(LineSeries::new([linear(from), linear(last)], LINEAR))?;
    chart.draw_series(LineSeries::new(points.iter().copied(), LINE.stroke_width(2)))?;
    chart.draw_series(points.iter().map(|point| Circle::new(*point, 4, LINE.filled())))?;
    Ok(())
}

fn points(axis: &Value) -> Vec<(f64, f64)> {
    let all = axis["points"].as_array().map(Vec::as_slice).unwrap_or_default();
    let point = |point: &Value| Some((point["x"].as_f64()?, point["cost"]["cpuMicros"]["median"].as_f64()?));
    all.iter().filter_map(point).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what plotters calls")]
fn short(value: &f64) -> String {
    format!("{value:.0}")
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}
