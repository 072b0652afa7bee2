/// How reports look, on a screen and on paper; on a screen light or dark, as the reader has it.
public enum ReportStyle {
    public static let css = """
        :root { color-scheme: light dark; --ink: #1b1f24; --dim: #5b6470; --line: #d6dae0; --good: #1a7f4b; --bad: #b3261e; --open: #9a6700; --mark: #fff4ce;
          --page: #ffffff; --weight: #0b57d0; }
        @media screen and (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --line: #3d444d; --good: #3fb950; --bad: #ff7b72;
          --open: #e3b341; --mark: #3a2f0b; --page: #0d1117; --weight: #4493f8; } a { color: #4493f8; } }
        * { box-sizing: border-box; }
        body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink); background: var(--page); max-width: 60rem; margin: 2rem auto;
          padding: 0 1.25rem; }
        header { display: flex; align-items: baseline; gap: 1rem; border-bottom: 2px solid var(--ink); }
        h1 { font-size: 1.9rem; margin: 0 0 .4rem; }
        h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
        h3 { font-size: .95rem; font-weight: 500; margin: 0; }
        .state { font-weight: 600; margin: 0; }
        .good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 1rem 0; }
        dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
        figure { margin: 0; } svg { width: 100%; height: auto; display: block; }
        .tree { margin: .6rem 0; } .tree img { width: 100%; max-width: 52rem; height: auto; display: block; break-inside: avoid; }
        .grid { stroke: var(--line); stroke-width: 1; } .tick { fill: var(--dim); font-size: 12px; }
        .weight { fill: none; stroke: var(--weight); stroke-width: 2; }
        circle { stroke: var(--page); stroke-width: 1.5; fill: var(--weight); } circle.back { fill: var(--bad); }
        section { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; break-inside: avoid; }
        section p { margin: .25rem 0; }
        .number, .by, .digest { color: var(--dim); } .digest { font-size: .8rem; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; font-size: .85rem; margin: .4rem 0; }
        th { text-align: left; color: var(--dim); font-weight: 500; } th, td { padding: .2rem .6rem .2rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
        tr.taken td { background: var(--mark); font-weight: 600; } td.unknown { color: var(--open); } code { font-size: .85em; overflow-wrap: anywhere; }
        footer { margin-top: 2.5rem; color: var(--dim); font-size: .85rem; border-top: 1px solid var(--line); padding-top: .5rem; }
        nav { display: flex; flex-wrap: wrap; gap: 1.25rem; margin: .8rem 0; } pre { font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; } }
        """
}
