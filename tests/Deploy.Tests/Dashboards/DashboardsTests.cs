using System.Text.Json.Nodes;
using ECommerce.Host;

namespace ECommerce.Deploy.Tests.Dashboards;

/// <summary>What holds of every dashboard, read from the files that Grafana reads.</summary>
public sealed class DashboardsTests
{
    private static readonly string[] Units = ["none", "short", "percentunit", "s", "dtdurations", "reqps", "ops", "cps", "opm", "bytes"];
    private static readonly string[] Latency = ["s", "ms"];

    public static TheoryData<string> Uids() => [.. DashboardSource.All().Select(dashboard => dashboard.Uid)];

    [Fact]
    public void Every_dashboard_has_a_source() =>
        DeployFile.In(DashboardQueries.Folder, "*").Select(file => Path.GetFileName(file.Path)).ShouldBe(DashboardSource.All().Select(dashboard => $"{dashboard.Uid}.json"));

    [Fact]
    public void The_dashboards_that_alerts_and_pages_lead_to_are_there_and_beside_them_only_those_of_modules() =>
        DashboardSource.All().Select(dashboard => dashboard.Uid).Except(ShopModules.Names)
            .ShouldBe(["broker", "business", "console", "gateway", "golden-signals", "outbox", "red", "security", "slo", "telemetry", "topology", "use"]);

    [Theory]
    [MemberData(nameof(Uids))]
    public void A_variable_that_offers_modules_offers_all_of_them(string uid)
    {
        if (DashboardSource.All().Single(dashboard => dashboard.Uid == uid).Source.Variables.TryGetValue("module", out var modules) && !modules.StartsWith("label_values", StringComparison.Ordinal))
        {
            modules.Split(',').Except(["platform"]).ShouldBe(
                ShopModules.Names, ignoreOrder: true, $"The variable `module` in {DashboardSource.Folder}/{uid}.yml offers every module of ShopModules.All.");
        }
    }

    [Fact]
    public void Uids_and_titles_are_unique()
    {
        Dashboards().Select(dashboard => dashboard.Text("uid")).ShouldBeUnique();
        Dashboards().Select(dashboard => dashboard.Text("title")).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void The_ids_of_panels_are_unique(string uid) => Panels(uid).Select(panel => panel["id"]!.GetValue<int>()).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Uids))]
    public void Panels_fill_the_page_and_none_overlaps_another(string uid)
    {
        HashSet<(int X, int Y)> taken = [];
        foreach (var panel in Panels(uid))
        {
            var (x, y, width, height) = (At(panel, "x"), At(panel, "y"), At(panel, "w"), At(panel, "h"));

            (x + width).ShouldBeLessThanOrEqualTo(24, panel.Text("title"));
            for (var column = x; column < x + width; column++)
            {
                for (var line = y; line < y + height; line++)
                    taken.Add((column, line)).ShouldBeTrue($"'{panel.Text("title")}' lies on another panel.");
            }
            panel.Text("title").Length.ShouldBeLessThanOrEqualTo(width * 8, $"'{panel.Text("title")}' is cut off.");
        }

        // What is beside the lower end of a taller panel may stay free; where a line begins, it is full.
        var lines = Panels(uid).Select(panel => At(panel, "y")).Distinct();
        lines.Where(line => taken.Count(cell => cell.Y == line) < 24).ShouldBeEmpty();

        static int At(JsonNode panel, string side) => panel["gridPos"]![side]!.GetValue<int>();
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void A_dashboard_has_6_to_14_panels_one_of_a_module_1_to_14_and_each_says_what_it_is_for(string uid)
    {
        Questions(uid).Count().ShouldBeInRange(
            ShopModules.Names.Contains(uid) ? 1 : 6, 14,
            $"A page with more panels is not read. What only one module counts has a dashboard of its own, {DashboardSource.Folder}/<module>.yml.");
        Panels(uid).First().Text("type").ShouldBe("text");
        Dashboard(uid).Text("description").Length.ShouldBeGreaterThan(60);
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void Every_panel_asks_a_question_says_what_to_do_with_the_answer_and_has_a_unit(string uid)
    {
        foreach (var panel in Questions(uid))
        {
            var title = panel.Text("title");

            title.ShouldEndWith("?");
            panel.Text("description").Length.ShouldBeGreaterThan(50, title);
            panel.Text("description").ShouldEndWith(".", customMessage: title);
            Units.ShouldContain(panel["fieldConfig"]!["defaults"]!.Text("unit"), title);
        }

        Questions(uid).Select(panel => panel.Text("title")).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void Every_latency_over_time_shows_exemplars(string uid)
    {
        var dark = from panel in Questions(uid)
                   where panel.Text("type") is "timeseries" or "heatmap" && Latency.Contains(panel["fieldConfig"]!["defaults"]!.Text("unit"))
                   from target in panel["targets"]!.AsArray()
                   where target.Text("expr").Contains("_bucket", StringComparison.Ordinal) && target["exemplar"]?.GetValue<bool>() is not true
                   select $"{panel.Text("title")} {target.Text("expr")}";

        dark.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void Every_variable_is_defined_and_used(string uid)
    {
        var dashboard = Dashboard(uid);
        var used = dashboard["panels"]!.ToJsonString().Split("\"expr\":").Skip(1).SelectMany(DashboardQueries.VariablesIn).Where(name => !name.StartsWith("__", StringComparison.Ordinal));
        var defined = dashboard["templating"]!["list"]!.AsArray().Select(variable => variable!.Text("name"));

        used.Distinct().Order().ShouldBe(defined.Order());
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void Every_datasource_is_provisioned(string uid)
    {
        var used = Nodes(Dashboard(uid)).OfType<JsonObject>().Select(node => node["datasource"]).OfType<JsonObject>().Select(source => (source.Text("type"), source.Text("uid"))).Distinct();

        used.ShouldBeSubsetOf(Datasources().Select(source => (source.Text("type"), source.Text("uid"))));
    }

    [Theory]
    [MemberData(nameof(Uids))]
    public void Every_link_leads_to_a_dashboard(string uid)
    {
        var links = Nodes(Dashboard(uid)).OfType<JsonObject>().Select(node => node["url"]).OfType<JsonValue>().Select(url => url.GetValue<string>())
            .Where(url => url.Length > 0).ToList();
        var known = DashboardSource.All().Select(dashboard => dashboard.Uid).ToList();

        links.ShouldNotBeEmpty();
        links.Where(url => !known.Contains(url.Split('?')[0].Replace("/d/", "", StringComparison.Ordinal))).ShouldBeEmpty();
        links.Where(url => url.Split('?')[0] == $"/d/{uid}").ShouldBeEmpty("A dashboard that leads to itself leads nowhere.");
    }

    [Fact]
    public void Signals_lead_to_datasources_that_are_provisioned()
    {
        var links = Nodes(new JsonArray([.. Datasources().Select(source => source.DeepClone())])).OfType<JsonObject>()
            .Select(node => node["datasourceUid"]).OfType<JsonValue>().Select(uid => uid.GetValue<string>()).ToList();

        links.Order().ShouldBe(["jaeger", "jaeger", "loki", "prometheus"]);
        links.Distinct().ShouldBeSubsetOf(Datasources().Select(source => source.Text("uid")));
    }

    [Fact]
    public void An_exemplar_leads_to_its_trace_by_the_label_that_the_host_writes() =>
        Datasources().Single(source => source.Text("uid") == "prometheus")["jsonData"]!["exemplarTraceIdDestinations"]!.AsArray()
            .Select(destination => (destination!.Text("name"), destination!.Text("datasourceUid"))).ShouldBe([("trace_id", "jaeger")]);

    [Fact]
    public void Grafana_takes_nothing_in_provisioning_for_a_variable_of_its_environment()
    {
        foreach (var file in DeployFile.In("deploy/grafana/provisioning", "*").Concat(Directory.EnumerateDirectories(Path.Combine(Repository.Root, "deploy/grafana/provisioning")).SelectMany(folder => DeployFile.In(folder, "*.yml"))))
            file.Text.Replace("$$", "", StringComparison.Ordinal).Split('\n')
                .Where(line => !line.TrimStart().StartsWith('#') && line.Contains('$', StringComparison.Ordinal)).ShouldBeEmpty(file.Path);
    }

    private static IEnumerable<JsonNode> Dashboards() => DeployFile.In(DashboardQueries.Folder, "*.json").Select(file => file.Read());

    private static JsonNode Dashboard(string uid) => FileOf(uid).Read();

    private static DeployFile FileOf(string uid) => new($"{DashboardQueries.Folder}/{uid}.json");

    private static IEnumerable<JsonNode> Panels(string uid) => Dashboard(uid)["panels"]!.AsArray().Select(panel => panel!);

    private static IEnumerable<JsonNode> Questions(string uid) => Panels(uid).Where(panel => panel.Text("type") is not ("row" or "text"));

    private static IEnumerable<JsonNode> Datasources() =>
        new DeployFile("deploy/grafana/provisioning/datasources/datasources.yml").Read()["datasources"]!.AsArray().Select(source => source!);

    private static IEnumerable<JsonNode> Nodes(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Nodes(member.Value)).Prepend(members),
        JsonArray items => items.SelectMany(Nodes),
        _ => [],
    };
}

internal static class JsonNodes
{
    public static string Text(this JsonNode? node, string member) => node![member]!.GetValue<string>();
}
