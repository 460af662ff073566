# What failed, from the .trx of a run: each message once, with the first test that said it and how many more did. 20 messages of 20 lines.
/<UnitTestResult / { test = / outcome="Failed"/ && match($0, / testName="[^"]*"/) ? substr($0, RSTART + 11, RLENGTH - 12) : "" }

test != "" && /<Message>/ { inside = 1; lines = 0; message = ""; sub(/.*<Message>/, "") }

inside {
  ends = sub(/<\/Message>.*/, "")
  if (++lines <= 20) message = message "\n    " substr($0, 1, 300)
  if (ends) {
    inside = 0
    if (!times[message]++) { first[message] = test; messages[++distinct] = message }
  }
}

END {
  for (i = 1; i <= distinct && i <= 20; i++) {
    message = messages[i]
    text = "Failed: " first[message] (times[message] > 1 ? " and " times[message] - 1 " more" : "") message
    gsub(/&quot;/, "\"", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&#x[0-9A-F]+;/, "", text); gsub(/&amp;/, "\\&", text)
    print text
  }
}
