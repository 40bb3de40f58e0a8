// The style and the script of the html report, as text. Colours are the console's
// (mockserver/console/style.css), which html_report.cc puts before this.
#pragma once

#include <string_view>

namespace aweber::conformance {

inline constexpr std::string_view kHtmlStyle = R"css(
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--ground); color: var(--text); }
h1, h2, h3, h4, h5, h6, p, dl, dd, pre { margin: 0; }
h1 { font-size: 1.15rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin-top: 1.2rem; scroll-margin-top: 1rem; }
h3 { font-size: 1rem; font-weight: 600; scroll-margin-top: 4rem; }
h4 { display: inline; font-size: 1rem; font-weight: 600; }
h5 { margin-top: .9rem; font-size: .95rem; }
h6 { margin-top: .6rem; margin-top: .6rem; font-size: .8rem; color: var(--muted); text-transform: uppercase; letter-spacing: .04em; }
code, pre { font-family: var(--mono); font-size: .9em; }
code { overflow-wrap: anywhere; }
a { color: var(--accent); }
.muted { color: var(--muted); }
.failed { color: var(--bad); white-space: pre-wrap; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.bar { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem 1.2rem; padding: .7rem max(1rem, calc(50% - 33rem)); background: var(--panel); border-bottom: 1px solid var(--line); }
main { max-width: 68rem; margin: 0 auto; padding: .75rem 1rem 4rem; display: flex; flex-direction: column; gap: .5rem; }
.toolbar { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .45rem .8rem; padding: .5rem 0; background: var(--ground); }
.field, .check { display: inline-flex; align-items: center; gap: .35rem; white-space: nowrap; }
.check input { width: 16px; height: 16px; margin: 0; accent-color: var(--accent); }
button, input { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--control); border-radius: 6px; padding: .3rem .6rem; min-height: 30px; }
button { cursor: pointer; }
button:hover { background: var(--raised); }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: .35rem .8rem; }
summary { cursor: pointer; padding: .25rem 0; overflow-wrap: anywhere; }
.body { padding: .25rem 0 .75rem; display: flex; flex-direction: column; gap: .5rem; min-width: 0; }
.badge { display: inline-block; min-width: 6.2rem; padding: 0 .5rem; border: 1px solid; border-radius: 99px; font-size: .85rem; text-align: center; }
.badge.pass { color: var(--ok); }
.badge.fail, .badge.error, .badge.xpass { color: var(--bad); }
.badge.warn, .badge.xfail, .badge.flaky { color: var(--warn); }
.badge.inconclusive { color: var(--moved); }
.badge.skip, .badge.not-run { color: var(--muted); }
.callout { border-radius: 8px; padding: .6rem .8rem; border-left: 4px solid; }
.callout.bad { color: inherit; background: var(--bad-ground); border-color: var(--bad); }
.callout.warn { color: inherit; background: var(--warn-ground); border-color: var(--warn); }
.callout.good { background: color-mix(in srgb, var(--ok) 8%, var(--panel)); border-color: var(--ok); }
.callout.good h2 { margin: 0; color: var(--ok); }
.callout h5 { margin: 0 0 .3rem; }
.problem { scroll-margin-top: 1rem; }
.problem h3 { margin-bottom: .35rem; overflow-wrap: anywhere; }
.problem > .badge { min-width: 0; padding: 0 .7rem; }
.problem > .facts { margin-top: .4rem; }
.problem summary { padding: 0; }
.problem summary + * { margin-top: .35rem; }
.list { margin: .3rem 0 .6rem; padding-left: 2rem; }
.list li { padding: .15rem 0; }
.problem .facts > div { grid-template-columns: 9rem minmax(0, 1fr); }
.wire { padding: .12rem 0 .12rem 1rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.flow { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: .5rem 1.15rem; }
.flow li { position: relative; }
.flow a { display: flex; flex-wrap: wrap; align-content: flex-start; gap: 0 .6rem; height: 100%; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); color: var(--text); text-decoration: none; font-variant-numeric: tabular-nums; }
.flow strong { flex: 1 0 100%; }
.flow li:not(:last-child)::after { content: "→" / ""; position: absolute; left: 100%; top: .45rem; width: 1.15rem; text-align: center; color: var(--muted); }
.flow a:hover, .flow a[aria-current=true] { border-color: var(--accent); background: var(--accent-ground); }
.trend rect.ok { fill: var(--ok); }
.trend rect.bad { fill: var(--bad); }
.trend { max-width: 100%; }
.ok { color: var(--ok); }
.bad { color: var(--bad); }
.warned { color: var(--warn); }
section > h3 { margin: .8rem 0 .3rem; text-transform: capitalize; }
section .case { margin-bottom: .4rem; }
.callout .badge { background: var(--panel); }
.level { text-transform: uppercase; font-size: .8rem; }
.facts { display: flex; flex-direction: column; }
.facts.run { flex-flow: row wrap; gap: 0 1.6rem; }
.facts.run > div { display: flex; gap: .5rem; }
.facts > div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .6rem; padding: .12rem 0; }
.facts dt { color: var(--muted); }
.callout dt { color: inherit; font-weight: 600; }
.facts dd { white-space: pre-wrap; overflow-wrap: anywhere; }
.facts dd.columns { white-space: pre; overflow-x: auto; font-family: var(--mono); font-size: .9em; }
.reason { white-space: pre-wrap; overflow-wrap: anywhere; }
.screenshot { display: block; max-width: 100%; max-height: 30rem; border: 1px solid var(--line); border-radius: 6px; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .65rem; overflow: auto; max-height: 24rem; }
pre.reason { white-space: pre; border-left: 4px solid var(--bad); }
.case, .exchange { scroll-margin-top: 3.5rem; }
.exchange { border-bottom: 1px solid var(--line); }
.exchange > :not(summary) { margin-left: 1rem; }
.evidence > summary { box-shadow: inset 3px 0 var(--warn); padding-left: .5rem; }
.number { color: var(--muted); }
.status { font-weight: 700; font-variant-numeric: tabular-nums; }
.status.ok { color: var(--ok); }
.status.bad { color: var(--bad); }
.status.moved { color: var(--moved); }
.mark { border-radius: 4px; padding: 0 .35rem; font-size: .85rem; }
.mark.lint { background: var(--warn-ground); color: var(--warn); }
.diagram { overflow: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 10px; }
.diagram svg { display: block; margin: 0 auto; }
.diagram text { text-anchor: middle; fill: var(--text); font-size: 12px; }
.diagram a { text-decoration: none; }
.lane { stroke: var(--line); stroke-width: 1.5; }
.lane-head { fill: var(--raised); stroke: var(--line); }
.diagram .lane-name { font-weight: 600; font-size: 13px; }
.step { color: var(--muted); }
.step.bad { color: var(--bad); }
.step.ok { color: var(--ok); }
.step.moved { color: var(--moved); }
.step .arrow { fill: none; stroke: currentColor; stroke-width: 1.6; }
.step.answer .arrow { stroke-dasharray: 6 4; }
.step .head { fill: currentColor; }
.step .label { font-family: var(--mono); }
.step.answer .label { fill: currentColor; }
.step .note { fill: var(--muted); font-size: 11.5px; }
.step .hit { fill: var(--warn-ground); }
.step.marked .note { fill: var(--text); }
.clock-band rect { fill: var(--accent-ground); }
.clock-band text { font-weight: 600; }
@media (max-width: 1000px) { .flow { grid-template-columns: repeat(4, minmax(0, 1fr)); } .flow li:nth-child(4)::after { content: none; } }
@media (max-width: 700px) { .facts > div { grid-template-columns: minmax(0, 1fr); gap: 0; } main { padding: .5rem .75rem; } .bar { padding: .7rem .75rem; } .toolbar { position: static; } .list { padding-left: 1.5rem; } .list .badge { min-width: 0; } .flow { gap: .5rem 1rem; } .flow li::after { width: 1rem; } }
@media (max-width: 480px) { .flow { grid-template-columns: repeat(2, minmax(0, 1fr)); } .flow li:nth-child(2n)::after { content: none; } }
@media print {
  :root { color-scheme: light; --ground: #fff; --panel: #fff; --text: #000; --muted: #444; --line: #bbb; --bad: #8c1007; --ok: #0b5530; --warn: #6b4600; --bad-ground: #fff; --warn-ground: #fff; }
  .toolbar { display: none; }
  .problem, .case { break-inside: avoid; }
  main { max-width: none; }
}
)css";

inline constexpr std::string_view kHtmlScript = R"js(
'use strict';
(() => {
  const nav = document.getElementById('filters'), find = document.getElementById('find');
  const boxes = [...nav.querySelectorAll('input[type=checkbox]')];
  const cases = [...document.querySelectorAll('.case')];
  const steps = [...document.querySelectorAll('.flow a')];
  let step = '';
  const words = cases.map((one) => one.textContent.toLowerCase());
  const apply = () => {
    const on = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    cases.forEach((one, at) => {
      one.hidden = !on.has(one.dataset.outcome) || !words[at].includes(wanted) ||
        (step && !one.dataset.steps.split(' ').includes(step));
      shown += one.hidden ? 0 : 1;
    });
    document.querySelectorAll('main > section').forEach((one) => { one.hidden = !one.querySelector('.case:not([hidden])'); });
    document.getElementById('shown').textContent = `${shown} of ${cases.length} shown${step ? `: ${step}` : ''}`;
  };
  const open = (how) => cases.forEach((one) => { if (!one.hidden) one.open = how; });
  const follow = () => {
    let at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!at) return;
    const target = at;
    for (; at; at = at.parentElement) { at.hidden = false; if (at.tagName === 'DETAILS') at.open = true; }
    target.scrollIntoView();
  };
  steps.forEach((link) => link.addEventListener('click', (event) => {
    event.preventDefault();
    step = step === link.dataset.step ? '' : link.dataset.step;
    steps.forEach((one) => { if (one.dataset.step === step) one.setAttribute('aria-current', 'true'); else one.removeAttribute('aria-current'); });
    apply();
  }));
  boxes.forEach((box) => box.addEventListener('change', apply));
  find.addEventListener('input', apply);
  document.getElementById('expand').addEventListener('click', () => open(true));
  document.getElementById('fold').addEventListener('click', () => open(false));
  addEventListener('hashchange', follow);
  nav.hidden = false;
  apply();
  follow();
})();
)js";

}  // namespace aweber::conformance
