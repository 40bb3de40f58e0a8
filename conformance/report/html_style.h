// The style and the script of the html report, as text.
#pragma once

#include <string_view>

namespace aweber::conformance {

inline constexpr std::string_view kHtmlStyle = R"css(
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5a6577;--paper:#fff;--line:#d9dee7;--wash:#f4f6fa;
--good:#17703c;--bad:#b3261e;--warn:#8a5a00;--odd:#6b3fa0;--dim:#5a6577}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf2;--soft:#a2adbf;--paper:#14181f;--line:#333c4a;
--wash:#1d232d;--good:#6fd39a;--bad:#ff8a80;--warn:#ffc766;--odd:#c9a7f5;--dim:#a2adbf}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1.5rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);
background:var(--paper)}
h1{margin:0;font-size:1.5rem}h3{margin:1rem 0 .25rem;font-size:1rem}h4{margin:1rem 0 .25rem;font-size:.9rem}
header p{margin:.25rem 0;color:var(--soft)}
.problem{color:var(--bad);font-weight:600}
nav{position:sticky;top:0;z-index:1;padding:.75rem 0;background:var(--paper);border-bottom:1px solid var(--line)}
nav label{margin-right:.75rem;white-space:nowrap}
input[type=search]{font:inherit;padding:.2rem .5rem;border:1px solid var(--line);border-radius:.3rem;
color:inherit;background:var(--wash)}
.case{border-bottom:1px solid var(--line)}
summary{cursor:pointer;padding:.4rem 0;overflow-wrap:anywhere}
summary:focus-visible{outline:2px solid var(--odd);outline-offset:2px}
.title{color:var(--soft)}
.body{padding:0 0 1rem 1rem}
.reason{margin:.25rem 0;font-weight:600}
.badge{display:inline-block;min-width:6.5rem;padding:0 .5rem;border:1px solid;border-radius:1rem;
font-size:.8rem;text-align:center}
.pass{color:var(--good)}.fail,.error,.xpass{color:var(--bad)}.warn,.xfail,.flaky{color:var(--warn)}
.inconclusive{color:var(--odd)}.skip,.not-run{color:var(--dim)}
dl{display:grid;grid-template-columns:6.5rem 1fr;gap:.15rem .75rem;margin:.25rem 0}
dt{color:var(--soft)}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
small{font-weight:400;color:var(--soft)}
.passed,.why{color:var(--soft);font-size:.9rem;white-space:pre-wrap}
pre{margin:.25rem 0;padding:.6rem;overflow:auto;max-height:24rem;background:var(--wash);
border-radius:.3rem;font-size:.82rem}
.sequence{margin:1rem 0;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.3rem}
.lanes{display:flex;justify-content:space-between;color:var(--soft);font-size:.85rem}
.exchange>summary{display:grid;grid-template-columns:3rem 1fr;list-style:none;font-size:.88rem}
.exchange>summary::-webkit-details-marker{display:none}
.exchange .n{grid-row:span 2;color:var(--soft)}
.arrow{display:block;border-bottom:1px solid var(--line);position:relative;overflow-wrap:anywhere}
.to{padding-right:1rem}.back{padding-left:1rem;text-align:right}
.to::after,.back::before{position:absolute;bottom:-.72rem;color:var(--soft)}
.to::after{content:"\25B8";right:0}.back::before{content:"\25C2";left:0}
.back.good{color:var(--good)}.back.refused,.back.none{color:var(--bad)}
.evidence>summary{background:var(--wash);box-shadow:inset 3px 0 var(--bad)}
@media(max-width:40rem){dl{grid-template-columns:1fr}body{padding:.75rem}}
@media print{nav{display:none}}
)css";

inline constexpr std::string_view kHtmlScript = R"js(
(function(){
  var nav=document.getElementById('filters'),find=document.getElementById('find');
  var boxes=Array.prototype.slice.call(nav.querySelectorAll('input[type=checkbox]'));
  var cases=Array.prototype.slice.call(document.querySelectorAll('.case'));
  nav.hidden=false;
  function apply(){
    var on=boxes.filter(function(b){return b.checked}).map(function(b){return b.value});
    var words=find.value.toLowerCase();
    cases.forEach(function(c){
      c.hidden=on.indexOf(c.dataset.outcome)<0||c.textContent.toLowerCase().indexOf(words)<0;
    });
  }
  boxes.forEach(function(b){b.addEventListener('change',apply)});
  find.addEventListener('input',apply);
})();
)js";

}  // namespace aweber::conformance
