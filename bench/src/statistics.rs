//! Medians, spreads and slopes.

use std::{collections::BTreeMap, io};

use serde_json::{Map, Value, json};

/// What one run measured, by name.
pub type Run = BTreeMap<&'static str, f64>;

/// The runs of a measurement, each figure with its median and spread.
///
/// # Errors
/// When a run fails.
pub fn repeat(runs: usize, mut run: impl FnMut() -> io::Result<Run>) -> io::Result<Value> {
    let mut all: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for n in 1..=runs {
        let figures = run()?;
        eprintln!("    run {n}: {}", shown(&figures));
        for (name, figure) in figures {
            all.entry(name).or_default().push(figure);
        }
    }
    let told = |(name, figures): (&str, Vec<f64>)| (name.to_owned(), spread(&figures));
    Ok(Value::Object(all.into_iter().map(told).collect::<Map<_, _>>()))
}

fn shown(run: &Run) -> String {
    run.iter().map(|(name, figure)| format!("{name} {}", brief(*figure))).collect::<Vec<_>>().join(", ")
}

/// Three digits, and no more than are behind the point of a small number.
#[must_use]
pub fn brief(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        size if size >= 1.0 || size == 0.0 => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}

fn spread(figures: &[f64]) -> Value {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    json!({"median": median(&sorted), "min": sorted.first(), "max": sorted.last(), "runs": figures})
}

/// Of sorted figures.
fn median(sorted: &[f64]) -> Option<f64> {
    let (one, other) = (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    Some(f64::midpoint(*one, *other))
}

/// The exponent of a law: the slope of the straight line that fits best where both axes
/// are logarithmic. 1 is linear, 0 is constant.
#[must_use]
pub fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    let logs: Vec<_> =
        points.iter().filter(|(x, y)| *x > 0.0 && *y > 0.0).map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = f64::from(u32::try_from(logs.len()).ok()?);
    let (mean_x, mean_y) =
        (logs.iter().map(|(x, _)| x).sum::<f64>() / count, logs.iter().map(|(_, y)| y).sum::<f64>() / count);
    let across = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>();
    let along = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>();
    (across > 0.0).then(|| along / across)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_in_the_middle() {
        assert_eq!(spread(&[3.0, 1.0, 2.0])["median"], 2.0);
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0])["median"], 2.5);
        assert_eq!(spread(&[3.0, 1.0])["min"], 1.0);
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_exponent_is_that_of_the_law() {
        let law = |power: i32| [1.0_f64, 8.0, 64.0].map(|x| (x, 5.0 * x.powi(power)));
        for power in 0..=2 {
            assert!((exponent(&law(power)).unwrap() - f64::from(power)).abs() < 1e-9);
        }
        assert_eq!(exponent(&[(1.0, 1.0)]), None);
    }

    #[test]
    fn figures_are_brief() {
        assert_eq!([0.0, 0.0431, 4.318, 43.18, 431.8].map(brief), ["0.00", "0.043", "4.32", "43.2", "432"]);
    }
}
