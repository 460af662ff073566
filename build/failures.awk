# What failed, from the .trx of a run: each message once, with the first test that failed with it, how many more did, and where it failed. 20
# messages of at most 50 lines. Of a long message its beginning is printed, and the part that begins with the difference, or else its end. Of
# two long lines that should be the same, the part is printed in which they differ first.
function plain(text) {
  gsub(/&quot;/, "\"", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&#x[0-9A-F]+;/, "", text); gsub(/&amp;/, "\\&", text)
  return text
}

function cut(line, at,    start) {
  if (length(line) <= 300) return line
  start = at > 100 ? at - 100 : 1
  return (start > 1 ? "..." : "") substr(line, start, 280) (start + 280 <= length(line) ? "..." : "")
}

# The first character in which two texts differ.
function differ(one, other,    low, high, middle) {
  low = 1; high = length(one) < length(other) ? length(one) : length(other)
  while (low <= high) {
    middle = int((low + high) / 2)
    if (substr(one, 1, middle) == substr(other, 1, middle)) low = middle + 1; else high = middle - 1
  }
  return low
}

# Where to look in each line, and from which line on.
function finish(    i, at, expected, actual, from, text) {
  for (i = 1; i <= lines; i++) {
    if (line[i - 1] ~ /^ *should be( |$)/) expected = i
    if (line[i - 1] ~ /^ *but was( |$)/) actual = i
    if (line[i] ~ /^ *(difference|but)$/ || line[i] ~ /^(missing|too much): /) { if (!from) from = i }
  }
  at = expected && actual ? differ(line[expected], line[actual]) : 1
  if (lines <= 50) from = 0
  else if (!from || from <= 20) from = lines - 29
  for (i = 1; i <= lines; i++) {
    if (from && i == 21 && from > 21) text = text "\n    ... " from - 21 " lines"
    if (from && (i > 20 && i < from || i >= from + 30)) continue
    # Shouldly marks elements that differ with stars.
    text = text "\n    " cut(line[i], i == expected || i == actual ? at : line[i - 1] ~ /^ *difference$/ && match(line[i], /\*/) ? RSTART : 1)
  }
  if (from && from + 30 <= lines) text = text "\n    ... " lines - from - 29 " lines"
  if (!times[text]++) { first[text] = test; where[text] = place; messages[++distinct] = text }
}

/<UnitTestResult / { test = / outcome="Failed"/ && match($0, / testName="[^"]*"/) ? substr($0, RSTART + 11, RLENGTH - 12) : "" }

test != "" && /<Message>/ { inside = 1; lines = 0; sub(/.*<Message>/, "") }

inside {
  ends = sub(/<\/Message>.*/, "")
  line[++lines] = plain($0)
  if (ends) { inside = 0; complete = 1 }
}

# Where it failed: the first frame of the stack with a line number, without its folders.
complete && /<StackTrace>/ { stack = 1 }

stack && !place && match($0, /[^ \/]*:line [0-9]+/) { place = substr($0, RSTART, RLENGTH) }

/<\/UnitTestResult>/ && complete { finish(); complete = stack = 0; place = "" }

END {
  for (i = 1; i <= distinct && i <= 20; i++)
    print "Failed: " plain(first[messages[i]]) (times[messages[i]] > 1 ? " and " times[messages[i]] - 1 " more" : "") messages[i] (where[messages[i]] ? "\n    at " where[messages[i]] : "")
  if (distinct > 20) print "... and " distinct - 20 " more messages."
}
