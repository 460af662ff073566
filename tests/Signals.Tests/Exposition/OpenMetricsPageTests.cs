namespace ECommerce.Signals.Tests.Exposition;

/// <summary>The reader is trusted because it was seen to refuse every kind of offence.</summary>
public sealed class OpenMetricsPageTests
{
    private const string Good = """
        # HELP http_requests How many.
        # TYPE http_requests counter
        http_requests_total{path="/a \"b\" \\ \n",status="200"} 3 # {trace_id="00"} 1.0 1700000000.5
        http_requests_total{path="/b",status="200"} 1e3
        # TYPE took histogram
        took_bucket{le="0.5"} 1 # {span_id="1"} 0.4
        took_bucket{le="1.0"} 1
        took_bucket{le="+Inf"} 2
        took_sum 3.5
        took_count 2
        # TYPE size summary
        size_sum{path="/a"} 1
        size_count{path="/a"} 1
        # TYPE active_requests gauge
        # UNIT active_requests requests
        active_requests -1 1700000000
        # EOF

        """;

    [Fact]
    public void A_page_is_read_with_its_values_and_labels_as_they_were()
    {
        var page = OpenMetricsPage.Parse(Good);

        page.Families.Select(family => (family.Name, family.Type)).ShouldBe([("http_requests", "counter"), ("took", "histogram"), ("size", "summary"), ("active_requests", "gauge")]);
        page.Samples.First()["path"].ShouldBe("/a \"b\" \\ \n");
        page.Samples.First().Exemplar!.Labels.ShouldHaveSingleItem().ShouldBe(new("trace_id", "00"));
    }

    [Theory]
    [InlineData("a 1\n# EOF\n", "no family")]
    [InlineData("# TYPE a gauge\na 1\n", "# EOF")]
    [InlineData("# TYPE a gauge\na 1\n# EOF\n\n", "# EOF")]
    [InlineData("# TYPE a gauge\r\na 1\n# EOF\n", "line feed")]
    [InlineData("# TYPE a gauge\n\na 1\n# EOF\n", "line 2")]
    [InlineData("# a comment\n# EOF\n", "neither")]
    [InlineData("# TYPE a gauge\n# TYPE a gauge\na 1\n# EOF\n", "second TYPE")]
    [InlineData("# TYPE a gauge\n# HELP a x\n# HELP a x\na 1\n# EOF\n", "second HELP")]
    [InlineData("# TYPE a gauge\na 1\n# HELP a x\n# EOF\n", "behind its samples")]
    [InlineData("# TYPE a untyped\na 1\n# EOF\n", "no such type")]
    [InlineData("# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n", "unit")]
    [InlineData("# HELP a \\x\n# EOF\n", "escapes nothing")]
    [InlineData("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n# EOF\n", "taken up again")]
    [InlineData("# TYPE a counter\na 1\n# EOF\n", "no sample")]
    [InlineData("# TYPE a gauge\na_total 1\n# EOF\n", "no sample")]
    [InlineData("# TYPE a counter\na_total 1\n# TYPE a_total gauge\na_total 1\n# EOF\n", "already")]
    [InlineData("# TYPE a counter\na_total{x=\"1\"} 1\n# TYPE a_total gauge\na_total 1\n# EOF\n", "another family")]
    [InlineData("# TYPE a counter\na_total -1\n# EOF\n", "counted")]
    [InlineData("# TYPE a counter\na_total NaN\n# EOF\n", "counted")]
    [InlineData("# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n# EOF\n", "already")]
    [InlineData("# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n# EOF\n", "twice")]
    [InlineData("# TYPE a gauge\na{x=\"1\",} 1\n# EOF\n", "label's name")]
    [InlineData("# TYPE a gauge\na{1x=\"1\"} 1\n# EOF\n", "label's name")]
    [InlineData("# TYPE a gauge\na{x=\"\\t\"} 1\n# EOF\n", "escapes nothing")]
    [InlineData("# TYPE a gauge\na{x=\"a\"b\"} 1\n# EOF\n", "line 2")]
    [InlineData("# TYPE a gauge\na{x=\"a\nb\"} 1\n# EOF\n", "line 2")]
    [InlineData("# TYPE a gauge\na  1\n# EOF\n", "line 2")]
    [InlineData("# TYPE a gauge\na 1 \n# EOF\n", "line 2")]
    [InlineData("# TYPE a gauge\na 1,5\n# EOF\n", "no number")]
    [InlineData("# TYPE a gauge\na 0x10\n# EOF\n", "no number")]
    [InlineData("# TYPE a gauge\na 1 soon\n# EOF\n", "no time")]
    [InlineData("# TYPE a gauge\na 1 # {x=\"1\"} 1\n# EOF\n", "only counters")]
    [InlineData("# TYPE a counter\na_total 1 # {x=\"1\"}\n# EOF\n", "line 2")]
    [InlineData("# TYPE a counter\na_total 1 # x 1\n# EOF\n", "line 2")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_sum 1\na_count 1\n# EOF\n", "+Inf")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"2.0\"} 1\na_bucket{le=\"1.0\"} 1\na_bucket{le=\"+Inf\"} 1\n# EOF\n", "sorted")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\n# EOF\n", "cumulative")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n# EOF\n", "count is not")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\n# EOF\n", "come together")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\n# EOF\n", "no float")]
    [InlineData("# TYPE a histogram\na_bucket 1\na_bucket{le=\"+Inf\"} 1\n# EOF\n", "without le")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"1.0\"} 1 # {x=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n# EOF\n", "outside")]
    [InlineData("# TYPE a summary\na_sum{x=\"1\"} 1\na_sum{x=\"2\"} 1\na_count{x=\"1\"} 1\n# EOF\n", "again")]
    public void A_page_that_breaks_a_rule_is_refused(string text, string complaint) =>
        Should.Throw<FormatException>(() => OpenMetricsPage.Parse(text)).Message.ShouldContain(complaint);

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void The_labels_of_an_exemplar_have_128_characters_at_most(int runes, bool isRead)
    {
        var text = $"# TYPE a counter\na_total 1 # {{x=\"{string.Concat(Enumerable.Repeat("😀", runes - 1))}\"}} 1\n# EOF\n";

        if (isRead)
            OpenMetricsPage.Parse(text).Samples.ShouldHaveSingleItem();
        else
            Should.Throw<FormatException>(() => OpenMetricsPage.Parse(text));
    }
}
