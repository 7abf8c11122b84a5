//! From lines to pixels.

use leptos::web_sys::{self, window};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{CanvasGradient, CanvasRenderingContext2d, HtmlCanvasElement};

use super::scale::Point;

/// Width and height in CSS pixels.
pub(super) type Size = (f64, f64);

/// Width of the line in CSS pixels.
const LINE: f64 = 1.5;
/// Opacity of the area under the line, at the top and at the bottom of the plot.
const AREA: (&str, &str) = ("rgba(0,0,0,.55)", "rgba(0,0,0,.08)");
/// plotters knows whole numbers only: so many of them per pixel keep slopes smooth.
const GRAIN: f64 = 16.0;

/// How a line and its area are drawn.
struct Pen {
    colour: (u8, u8, u8),
    /// Grains.
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

/// What draws on one canvas. What it learned of the page holds until the page changes
/// its colours.
pub(super) struct Brush {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    plot: CanvasBackend,
    colour: (u8, u8, u8),
    /// As large as the canvas was when it was made.
    fade: Option<CanvasGradient>,
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

impl Brush {
    /// `None` where this browser cannot draw.
    pub(super) fn new(canvas: &HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let plot = CanvasBackend::with_canvas_object(canvas.clone())?;
        Some(Self { canvas: canvas.clone(), context, plot, colour: colour(canvas), fade: None })
    }

    /// Draws the lines and the areas under them, at `ratio` pixels per CSS pixel.
    pub(super) fn draw(&mut self, (width, height): Size, ratio: f64, lines: &[Vec<Point>]) {
        let (width, height) = (pixels(width * ratio), pixels(height * ratio));
        if width == 0 || height == 0 {
            return;
        }
        let (w, h) = (f64::from(width) * GRAIN, f64::from(height) * GRAIN);
        // Setting the size clears the canvas and forgets its state, so only when it changed.
        if self.fade.is_none() || (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
            _ = self.context.scale(1.0 / GRAIN, 1.0 / GRAIN);
            self.context.set_line_join("round");
            self.context.set_line_cap("round");
            let fade = self.context.create_linear_gradient(0.0, 0.0, 0.0, h);
            _ = fade.add_color_stop(0.0, AREA.0);
            _ = fade.add_color_stop(1.0, AREA.1);
            self.fade = Some(fade);
        }
        self.context.clear_rect(0.0, 0.0, w, h);
        let pen = Pen { colour: self.colour, width: pixels(LINE * ratio * GRAIN) };
        // The line keeps its whole width at 0 and at 100 %.
        let (top, bottom) = (f64::from(pen.width), h - f64::from(pen.width / 2));
        let place = |(x, y): Point| (edge(f64::from(x) * w), edge(bottom - f64::from(y) * (bottom - top)));
        let lines: Vec<Vec<BackendCoord>> =
            lines.iter().map(|line| line.iter().copied().map(place).collect()).collect();
        // Drawing fails only where a canvas has no context, and this one has.
        for line in &lines {
            if let (Some(first), Some(last)) = (line.first(), line.last()) {
                let ground = [(last.0, edge(h)), (first.0, edge(h))];
                _ = self.plot.fill_polygon(line.iter().copied().chain(ground), &pen);
            }
        }
        self.fade(w, h);
        for mut line in lines {
            if let [only] = line[..] {
                // A lonely sample is a dot; a line without any length would not be drawn.
                line.push((only.0 - 1, only.1));
            }
            _ = self.plot.draw_path(line, &pen);
        }
    }

    /// Lets what is drawn so far fade from top to bottom.
    fn fade(&self, width: f64, height: f64) {
        if let Some(fade) = &self.fade {
            _ = self.context.set_global_composite_operation("destination-in");
            self.context.set_fill_style_canvas_gradient(fade);
            self.context.fill_rect(0.0, 0.0, width, height);
            _ = self.context.set_global_composite_operation("source-over");
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size on a screen")]
fn pixels(value: f64) -> u32 {
    value.round() as u32
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
fn edge(value: f64) -> i32 {
    value.round() as i32
}
