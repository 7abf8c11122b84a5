//! `--query-gpu`: any fields of a file that has them all.

use crate::scenario::{Last, Scenario, end, file, give_up};

/// A heading is a field's name, and its unit in brackets.
fn field(heading: &str) -> &str {
    heading.split(' ').next().unwrap_or(heading)
}

fn heading(scenario: &Scenario) -> (Vec<String>, Vec<String>) {
    let Some(name) = &scenario.rows else { give_up("the scenario has no rows") };
    let mut lines = file(name).lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
    let heading = lines.next().unwrap_or_default().split(", ").map(str::to_owned).collect();
    (heading, lines.collect())
}

pub(crate) fn help(scenario: &Scenario) -> String {
    let names = scenario
        .known
        .clone()
        .unwrap_or_else(|| heading(scenario).0.iter().map(|name| field(name).to_owned()).collect());
    let line = |name: &String| format!("\"{name}\"\nWhat \"{name}\" is.\n\n");
    format!(
        "List of valid properties to query for the switch \"--query-gpu\":\n\n{}",
        names.iter().map(line).collect::<String>()
    )
}

pub(crate) fn project(scenario: &Scenario, fields: &str, format: &str) -> String {
    let (headings, rows) = heading(scenario);
    let columns: Vec<usize> = fields
        .split(',')
        .map(|wanted| {
            headings.iter().position(|heading| field(heading) == wanted).unwrap_or_else(|| {
                end(&Last { say: format!("Field \"{wanted}\" is not a valid field to query.\n"), code: 2 })
            })
        })
        .collect();
    let bare = format.contains("nounits");
    let mut text = String::new();
    if !format.contains("noheader") {
        let names: Vec<&str> = columns
            .iter()
            .map(|column| headings[*column].as_str())
            .map(|name| if bare { field(name) } else { name })
            .collect();
        text = format!("{}\n", names.join(", "));
    }
    for row in rows {
        let cells: Vec<&str> = row.split(", ").collect();
        let cell = |column: &usize| {
            let cell = cells.get(*column).copied().unwrap_or("[N/A]");
            let has_unit = headings[*column].contains(" [") && !cell.starts_with('[');
            if bare && has_unit { cell.split(' ').next().unwrap_or(cell) } else { cell }
        };
        text += &columns.iter().map(cell).collect::<Vec<_>>().join(", ");
        text.push('\n');
    }
    text
}
