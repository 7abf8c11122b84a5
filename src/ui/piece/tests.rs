use super::*;

fn written(piece: &Piece) -> String {
    let mut html = String::new();
    piece.write(&mut html);
    html
}

#[test]
fn it_is_written_with_what_it_says_before_what_it_holds() {
    let unit = Piece::new("small").saying(" W");
    let value = Piece::new("span").with("class", "v").saying("652").holding([unit]);
    assert_eq!(written(&value), r#"<span class="v">652<small> W</small></span>"#);
}

#[test]
fn what_is_empty_is_left_out() {
    let nothing = Piece::new("p").with("title", "").with("class", String::new()).hidden(false).saying("");
    assert_eq!(written(&nothing), "<p></p>");
    assert_eq!(written(&Piece::new("p").hidden(true)), "<p hidden></p>");
}

#[test]
fn nobody_writes_markup_by_a_name() {
    let name = r#"<img src=x onerror="alert(1)">&"#;
    let piece = Piece::new("td").with("title", name.to_owned()).saying(name);
    assert_eq!(
        written(&piece),
        "<td title=\"&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;\">&lt;img src=x onerror=\"alert(1)\"&gt;&amp;</td>"
    );
}
