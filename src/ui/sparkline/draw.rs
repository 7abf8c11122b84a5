//! From lines to pixels.

use leptos::web_sys::{self, window};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::scale::Point;

/// Width of the line in CSS pixels.
const LINE: f64 = 1.5;
/// Opacity of the area under the line, at the top and at the bottom of the plot.
const AREA: (&str, &str) = ("rgba(0,0,0,.55)", "rgba(0,0,0,.08)");

/// How a line and its area are drawn.
struct Pen {
    colour: (u8, u8, u8),
    /// Device pixels.
    width: u32,
}

impl BackendStyle for Pen {
    fn color(&self) -> BackendColor {
        BackendColor { alpha: 1.0, rgb: self.colour }
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

/// The CSS colour of the canvas.
fn colour(canvas: &HtmlCanvasElement) -> (u8, u8, u8) {
    let text = window()
        .and_then(|window| window.get_computed_style(canvas).ok().flatten())
        .and_then(|style| style.get_property_value("color").ok())
        .unwrap_or_default();
    // "rgb(56, 214, 255)"
    let mut parts = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

/// Draws the lines and the areas under them.
pub(super) fn draw(canvas: &HtmlCanvasElement, lines: &[Vec<Point>]) {
    // plotters knows whole pixels only: at least two per CSS pixel keep slopes smooth.
    let ratio = window().map_or(1.0, |window| window.device_pixel_ratio()).max(2.0);
    let (width, height) = (device(canvas.client_width(), ratio), device(canvas.client_height(), ratio));
    if width == 0 || height == 0 {
        return;
    }
    let pen = Pen { colour: colour(canvas), width: pixels(LINE * ratio) };
    // Setting the size clears the canvas and forgets its state, so only when it changed.
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let context =
        canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
    let (Some(context), Some(mut plot)) = (context, CanvasBackend::with_canvas_object(canvas.clone())) else {
        return;
    };
    let (w, h) = (f64::from(width), f64::from(height));
    context.clear_rect(0.0, 0.0, w, h);
    context.set_line_join("round");
    context.set_line_cap("round");

    // The line keeps its whole width at 0 and at 100 %.
    let (top, bottom) = (f64::from(pen.width), h - f64::from(pen.width / 2));
    let place = |(x, y): Point| (edge(f64::from(x) * w), edge(bottom - f64::from(y) * (bottom - top)));
    let lines: Vec<Vec<BackendCoord>> =
        lines.iter().map(|line| line.iter().copied().map(place).collect()).collect();
    // Drawing fails only where a canvas has no context, and this one has.
    for line in &lines {
        if let (Some(first), Some(last)) = (line.first(), line.last()) {
            let mut area = line.clone();
            area.extend([(last.0, edge(h)), (first.0, edge(h))]);
            _ = plot.fill_polygon(area, &pen);
        }
    }
    fade(&context, w, h);
    for mut line in lines {
        if let [only] = line[..] {
            // A lonely sample is a dot; a line without any length would not be drawn.
            line.push((only.0 - 1, only.1));
        }
        _ = plot.draw_path(line, &pen);
    }
}

/// Lets what is drawn so far fade from top to bottom.
fn fade(context: &CanvasRenderingContext2d, width: f64, height: f64) {
    let gradient = context.create_linear_gradient(0.0, 0.0, 0.0, height);
    _ = gradient.add_color_stop(0.0, AREA.0);
    _ = gradient.add_color_stop(1.0, AREA.1);
    _ = context.set_global_composite_operation("destination-in");
    context.set_fill_style_canvas_gradient(&gradient);
    context.fill_rect(0.0, 0.0, width, height);
    _ = context.set_global_composite_operation("source-over");
}

fn device(css: i32, ratio: f64) -> u32 {
    pixels(f64::from(css) * ratio)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size on a screen")]
fn pixels(value: f64) -> u32 {
    value.round() as u32
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
fn edge(value: f64) -> i32 {
    value.round() as i32
}
