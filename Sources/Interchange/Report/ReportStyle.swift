/// The style sheet of the HTML report.
enum ReportStyle {
  static let sheet = """
    :root {
      color-scheme: light dark;
      --ink: #1c1b19; --soft: #5d5a54; --faint: #75716a; --rule: #d9d5cb; --ground: #fdfcf9; --panel: #f5f2ea;
      --accent: #1f4e6b; --supports: #1d5f73; --disputes: #b4532a; --uncertain: #8d8980; --warn: #9a3b12;
      --serif: "Source Serif 4", "Source Serif Pro", "Iowan Old Style", Charter, "Palatino Linotype", Palatino,
        "URW Palladio L", "Book Antiqua", Georgia, "Noto Serif", "Liberation Serif", "DejaVu Serif", serif;
      --sans: "Source Sans 3", "Source Sans Pro", "Helvetica Neue", Helvetica, Arial, "Noto Sans", "Liberation Sans",
        "DejaVu Sans", sans-serif;
      --mono: "Source Code Pro", Menlo, Consolas, "Noto Sans Mono", "Liberation Mono", "DejaVu Sans Mono", monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e9e5dc; --soft: #b0aba0; --faint: #8a857b; --rule: #3b3934; --ground: #191817; --panel: #232220;
        --accent: #8fbfdc; --supports: #5fb0c6; --disputes: #e39266; --uncertain: #8a857b; --warn: #efa27a;
      }
    }
    * { box-sizing: border-box; }
    html { font-size: 17px; -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--ground); color: var(--ink); font-family: var(--serif); line-height: 1.5;
      font-kerning: normal; text-rendering: optimizeLegibility; overflow-wrap: break-word; }
    main { max-width: 45rem; margin: 0 auto; padding: 3.5rem 1.5rem 4rem; }
    p, ul, ol, dl, figure, blockquote, h1, h2, h3, h4 { margin: 0; padding: 0; }
    a { color: var(--accent); text-decoration: none; }
    a:hover, a:focus { text-decoration: underline; }
    .defs { position: absolute; }
    .front { padding-bottom: 1.6rem; border-bottom: 2px solid var(--ink); margin-bottom: 2.4rem; }
    .kicker, h4, .facts dt, th { font-family: var(--sans); font-size: 0.68rem; font-weight: 600; letter-spacing: 0.09em;
      text-transform: uppercase; color: var(--soft); }
    h1 { font-size: 2rem; line-height: 1.18; font-weight: 600; margin: 0.35rem 0 0.7rem; text-wrap: balance; }
    .scope { color: var(--soft); max-width: 38rem; }
    .facts { display: flex; flex-wrap: wrap; gap: 0.6rem 2.4rem; margin-top: 1.3rem; }
    .facts dd { margin: 0; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: lining-nums tabular-nums; }
    .front .tally { margin-top: 1.2rem; }
    h2 { font-size: 1.22rem; line-height: 1.3; font-weight: 600; text-wrap: balance; }
    .paper { margin: 2.8rem 0 1.2rem; padding-top: 0.7rem; border-top: 1px solid var(--ink); }
    .paper .by { font-family: var(--sans); font-size: 0.82rem; color: var(--soft); margin-top: 0.2rem; }
    .retracted { color: var(--warn); font-family: var(--sans); font-size: 0.82rem; font-weight: 600; }
    .claim { display: grid; grid-template-columns: 2.6rem minmax(0, 1fr); padding: 1.1rem 0 1.2rem;
      border-top: 1px solid var(--rule); }
    .paper + .claim, .front + .claim { border-top: 0; padding-top: 0; }
    .claim .number { font-family: var(--sans); font-size: 0.82rem; color: var(--faint); padding-top: 0.22rem;
      font-variant-numeric: tabular-nums; }
    h3 { font-size: 1.06rem; line-height: 1.4; font-weight: 600; text-wrap: pretty; }
    .relation, .qualifiers, .meta, .line, figcaption { font-family: var(--sans); font-size: 0.8rem; line-height: 1.5; }
    .relation { margin-top: 0.35rem; }
    .verb { font-style: italic; }
    .verb::before, .verb::after { content: "—"; color: var(--faint); font-style: normal; }
    .verb::before { padding-right: 0.35em; } .verb::after { padding-left: 0.35em; }
    .open { color: var(--warn); font-weight: 600; }
    mark { background: none; color: inherit; text-decoration: underline wavy var(--warn); text-underline-offset: 0.2em; }
    .not { color: var(--warn); text-transform: uppercase; letter-spacing: 0.06em; font-size: 0.72rem; }
    .qualifiers { color: var(--soft); }
    .role { color: var(--faint); }
    .code, .id { font-family: var(--mono); font-size: 0.86em; color: var(--faint); font-style: normal; }
    .code { overflow-wrap: anywhere; }
    .meta { color: var(--soft); margin-top: 0.4rem; }
    .status { font-weight: 600; font-size: 0.7rem; letter-spacing: 0.03em; border: 1px solid var(--faint);
      border-radius: 2px; padding: 0.05rem 0.38rem; margin-right: 0.35rem; color: var(--soft); white-space: nowrap; }
    .status.accepted { background: var(--ink); border-color: var(--ink); color: var(--ground); }
    .status.rejected { text-decoration: line-through; }
    .status.under-review { border-style: dashed; }
    .tag { border: 1px solid var(--rule); border-radius: 1em; padding: 0 0.5em; font-size: 0.72rem; color: var(--soft);
      margin-left: 0.15rem; white-space: nowrap; }
    .ref { font-size: 0.78em; font-weight: 400; font-family: var(--sans); vertical-align: 0.12em; white-space: nowrap; }
    blockquote { margin: 0.7rem 0; padding-left: 0.9rem; border-left: 2px solid var(--rule); font-size: 0.94rem; }
    .around { color: var(--faint); }
    .tally { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.9rem; margin-top: 0.75rem; }
    .tally > svg { flex: none; max-width: 100%; }
    figcaption span { white-space: nowrap; margin-right: 0.7rem; color: var(--soft); }
    figcaption .none { color: var(--faint); }
    .key { margin-right: 0.35rem; vertical-align: -0.05em; }
    rect.supports { fill: var(--supports); } rect.disputes { fill: url(#hatch); } rect.uncertain { fill: url(#dots); }
    .frame { fill: none; stroke: var(--ink); stroke-width: 0.8; }
    .hatch-ground { fill: var(--ground); } .hatch-line { fill: var(--disputes); }
    .dots-ground { fill: var(--ground); } .dots-dot { fill: var(--uncertain); }
    section h4 { margin: 0.9rem 0 0.25rem; }
    ul { list-style: none; }
    .plain > li, .evidence > li, .thread > li { margin-top: 0.35rem; }
    .who { font-weight: 600; }
    .when { color: var(--faint); } .when .who { font-weight: 400; }
    .prose { font-size: 0.94rem; }
    .prose p + p { margin-top: 0.4rem; }
    .plain .prose { padding-left: 0.95rem; }
    .plain .evidence, .plain section { padding-left: 0.95rem; }
    .evidence > li { padding-left: 0.95rem; text-indent: -0.95rem; }
    .evidence > li > * { text-indent: 0; }
    .evidence > li > .line { text-indent: -0.95rem; }
    .evidence > li > .line::before { content: "▸"; display: inline-block; width: 0.95rem; text-indent: 0;
      color: var(--faint); }
    .thread > li { border-left: 2px solid var(--rule); padding-left: 0.75rem; margin-top: 0.5rem; }
    .depth-1 { margin-left: 1.2rem; } .depth-2 { margin-left: 2.4rem; } .depth-3 { margin-left: 3.6rem; }
    .depth-4 { margin-left: 4.8rem; } .depth-5 { margin-left: 6rem; } .depth-6 { margin-left: 7.2rem; }
    .gone { color: var(--faint); font-style: italic; }
    .conflict { margin-top: 0.9rem; border: 1px solid var(--warn); border-radius: 3px; padding: 0.7rem 0.9rem;
      background: var(--panel); }
    .conflict h4 { margin: 0 0 0.4rem; color: var(--warn); }
    table { border-collapse: collapse; width: 100%; table-layout: fixed; }
    th { text-align: left; vertical-align: top; width: 6.2rem; padding: 0.4rem 0.6rem 0.4rem 0; font-size: 0.64rem; }
    td { vertical-align: top; padding: 0.35rem 0.7rem; border-top: 1px solid var(--rule); }
    tr:first-child td { border-top: 0; }
    td + td { border-left: 1px solid var(--rule); }
    .shown { font-size: 0.66rem; border: 1px solid var(--faint); border-radius: 2px; padding: 0 0.3em; color: var(--soft); }
    .references { margin-top: 3rem; padding-top: 0.7rem; border-top: 2px solid var(--ink); }
    .references ol { margin-top: 0.8rem; padding-left: 2.6rem; font-size: 0.86rem; line-height: 1.45; }
    .references li { margin-top: 0.45rem; padding-left: 0.2rem; }
    .references li::marker { font-family: var(--sans); font-size: 0.78rem; color: var(--faint); }
    .references a { overflow-wrap: anywhere; }
    .colophon { margin-top: 2.4rem; padding-top: 0.6rem; border-top: 1px solid var(--rule); font-family: var(--sans);
      font-size: 0.7rem; line-height: 1.5; color: var(--faint); }
    .colophon .id { overflow-wrap: anywhere; }
    :target { background: var(--panel); }
    @media (max-width: 34rem) {
      html { font-size: 16px; }
      main { padding: 2rem 1rem 3rem; }
      h1 { font-size: 1.6rem; }
      .claim { grid-template-columns: 1.7rem minmax(0, 1fr); }
      th { width: 4.4rem; }
    }
    @page { size: A4; margin: 20mm 22mm 22mm; @bottom-right { content: counter(page) " / " counter(pages);
      font: 8pt "Source Sans 3", Helvetica, Arial, "Liberation Sans", sans-serif; color: #777; } }
    @media print {
      :root { color-scheme: light; --ink: #000; --soft: #444; --faint: #707070; --rule: #ccc; --ground: #fff; --panel: #fff;
        --accent: #000; --supports: #2b2b2b; --disputes: #555; --uncertain: #888; --warn: #000; }
      html { font-size: 10.2pt; }
      main { max-width: none; padding: 0; }
      .status.accepted, rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      h1, h2, h3, h4, .meta, .relation, .qualifiers, .tally { break-after: avoid; }
      h3, .relation, .meta, li, tr, figure, blockquote, .conflict, .references li { break-inside: avoid; }
      .paper { break-after: avoid; }
      p { orphans: 3; widows: 3; }
      :target { background: none; }
    }

    """
}
