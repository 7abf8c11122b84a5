//! From lines to pixels.

use leptos::web_sys::{self, window};
use wasm_bindgen::JsCast;
use web_sys::{CanvasGradient, CanvasRenderingContext2d, HtmlCanvasElement};

use super::scale::Point;

/// Width and height in CSS pixels.
pub(super) type Size = (f64, f64);

/// A place on the canvas, in its own pixels.
type Place = (f64, f64);

/// Width of the line in CSS pixels.
const LINE: f64 = 1.5;
/// Opacity of the area under the line, at the top and at the bottom of the plot.
const AREA: (&str, &str) = ("rgba(0,0,0,.55)", "rgba(0,0,0,.08)");
/// Length of a line that is a dot: without any it would not be drawn.
const DOT: f64 = 0.1;

/// What draws on one canvas. What it learned of the page holds until the page changes
/// its colours.
pub(super) struct Brush {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// As CSS writes it.
    colour: String,
    /// As large as the canvas was when it was made.
    fade: Option<CanvasGradient>,
}

/// The CSS colour of the canvas.
fn colour(canvas: &HtmlCanvasElement) -> String {
    window()
        .and_then(|window| window.get_computed_style(canvas).ok().flatten())
        .and_then(|style| style.get_property_value("color").ok())
        .unwrap_or_default()
}

impl Brush {
    /// `None` where this browser cannot draw.
    pub(super) fn new(canvas: &HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas: canvas.clone(), context, colour: colour(canvas), fade: None })
    }

    /// Draws the lines and the areas under them, at `ratio` pixels per CSS pixel.
    pub(super) fn draw(&mut self, (width, height): Size, ratio: f64, lines: &[Vec<Point>]) {
        let (width, height) = (pixels(width * ratio), pixels(height * ratio));
        if width == 0 || height == 0 {
            return;
        }
        let (w, h) = (f64::from(width), f64::from(height));
        let thick = LINE * ratio;
        // Setting the size clears the canvas and forgets its state, so only when it changed.
        if self.fade.is_none() || (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
            self.context.set_line_join("round");
            self.context.set_line_cap("round");
            let fade = self.context.create_linear_gradient(0.0, 0.0, 0.0, h);
            _ = fade.add_color_stop(0.0, AREA.0);
            _ = fade.add_color_stop(1.0, AREA.1);
            self.fade = Some(fade);
        }
        self.context.clear_rect(0.0, 0.0, w, h);
        self.context.set_fill_style_str(&self.colour);
        self.context.set_stroke_style_str(&self.colour);
        self.context.set_line_width(thick);
        // The line keeps its whole width at 0 and at 100 %.
        let (top, bottom) = (thick, h - thick / 2.0);
        let place = |(x, y): Point| (f64::from(x) * w, bottom - f64::from(y) * (bottom - top));
        let lines: Vec<Vec<Place>> =
            lines.iter().map(|line| line.iter().copied().map(place).collect()).collect();
        for line in &lines {
            if let (Some(first), Some(last)) = (line.first(), line.last()) {
                self.trace(line);
                self.context.line_to(last.0, h);
                self.context.line_to(first.0, h);
                self.context.fill();
            }
        }
        self.fade(w, h);
        for line in &lines {
            self.trace(line);
            if let [only] = line[..] {
                self.context.line_to(only.0 - DOT, only.1);
            }
            self.context.stroke();
        }
    }

    /// Begins a path along this line.
    fn trace(&self, line: &[Place]) {
        self.context.begin_path();
        // The first one is where the path begins.
        for (x, y) in line {
            self.context.line_to(*x, *y);
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
