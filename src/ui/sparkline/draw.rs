//! From lines to pixels.

use leptos::web_sys::{self, window};
use plotters::{
    coord::{cartesian::Cartesian2d, types::RangedCoordf32},
    element::{PathElement, Polygon},
    prelude::IntoDrawingArea,
    style::{Color, RGBColor, ShapeStyle},
};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::scale::Point;

/// Width of the line in CSS pixels.
const LINE: f64 = 1.5;
/// Opacity of the area under the line, at the top and at the bottom of the plot.
const AREA: (&str, &str) = ("rgba(0,0,0,.55)", "rgba(0,0,0,.08)");

/// The CSS colour of the canvas.
fn colour(canvas: &HtmlCanvasElement) -> RGBColor {
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
    RGBColor(next(), next(), next())
}

/// Draws the lines and the areas under them.
pub(super) fn draw(canvas: &HtmlCanvasElement, lines: &[Vec<Point>]) {
    // plotters knows whole pixels only: at least two per CSS pixel keep slopes smooth.
    let ratio = window().map_or(1.0, |window| window.device_pixel_ratio()).max(2.0);
    let (width, height) = (device(canvas.client_width(), ratio), device(canvas.client_height(), ratio));
    if width == 0 || height == 0 {
        return;
    }
    let colour = colour(canvas);
    // Setting the size clears the canvas and forgets its state, so only when it changed.
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let context =
        canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
    let (Some(context), Some(backend)) = (context, CanvasBackend::with_canvas_object(canvas.clone())) else {
        return;
    };
    let (w, h) = (f64::from(width), f64::from(height));
    context.clear_rect(0.0, 0.0, w, h);
    context.set_line_join("round");
    context.set_line_cap("round");

    let stroke = pixels(LINE * ratio);
    let edge = i32::try_from(stroke).unwrap_or(2);
    let (right, bottom) = (pixel_edge(width), pixel_edge(height));
    let plot =
        backend.into_drawing_area().apply_coord_spec(Cartesian2d::<RangedCoordf32, RangedCoordf32>::new(
            0.0..1.0,
            0.0..1.0,
            (0..right, bottom - edge / 2..edge),
        ));
    // Drawing fails only where a canvas has no context, and this one has.
    for line in lines {
        if let (Some(first), Some(last)) = (line.first(), line.last()) {
            let floor = -0.5;
            let mut area = line.clone();
            area.extend([(last.0, floor), (first.0, floor)]);
            _ = plot.draw(&Polygon::new(area, colour.filled()));
        }
    }
    fade(&context, w, h);
    let style = ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: stroke };
    for line in lines {
        let mut line = line.clone();
        if let [only] = line[..] {
            // A lonely sample is a dot.
            line.push(only);
        }
        _ = plot.draw(&PathElement::new(line, style));
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

fn pixel_edge(size: u32) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}
