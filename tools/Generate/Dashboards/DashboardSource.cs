using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ECommerce.Generate.Dashboards;

/// <summary>A dashboard as people write it: <c>deploy/grafana/source/&lt;uid&gt;.yml</c>. A word that is none of these is an error.</summary>
internal sealed record DashboardSource
{
    public const string Folder = "deploy/grafana/source";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public required string Title { get; init; }

    /// <summary>What it is for, shown at its top. Markdown.</summary>
    public required string Intro { get; init; }

    /// <summary>How far it looks back when it is opened.</summary>
    public string From { get; init; } = "now-1h";

    /// <summary>By name: either the values, with commas between them, or a <c>label_values(…)</c> query.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The uids of the dashboards to go on with, in that order.</summary>
    public IReadOnlyList<string> See { get; init; } = [];

    public required IReadOnlyList<Row> Rows { get; init; }

    /// <summary>A heading and what stands below it.</summary>
    internal sealed record Row(string Title, IReadOnlyList<Panel> Panels);

    /// <summary>One question and its answer.</summary>
    internal sealed record Panel
    {
        /// <summary>The question.</summary>
        public required string Title { get; init; }

        /// <summary>How to read the answer and what to do with it.</summary>
        public required string Description { get; init; }

        /// <summary>Why there may be no answer; follows the description.</summary>
        public string? Empty { get; init; }

        /// <summary><c>timeseries</c>, <c>stat</c>, <c>bargauge</c>, <c>table</c>, <c>heatmap</c> or <c>state-timeline</c>.</summary>
        public string Type { get; init; } = "timeseries";

        /// <summary>By Grafana's id.</summary>
        public required string Unit { get; init; }

        /// <summary>Of 24 columns; an equal share of its row when nothing is said.</summary>
        public int? Width { get; init; }

        public int? Height { get; init; }

        public double? Min { get; init; }

        public double? Max { get; init; }

        public bool Stack { get; init; }

        /// <summary>Whether the axis is logarithmic.</summary>
        public bool Log { get; init; }

        /// <summary><c>list</c>, <c>table</c> or <c>hidden</c>.</summary>
        public string Legend { get; init; } = "list";

        /// <summary>From which value on a colour holds; green below all of them, unless one is said to hold from <c>null</c>.</summary>
        public IReadOnlyDictionary<string, double?> Thresholds { get; init; } = new Dictionary<string, double?>();

        /// <summary>What to show for a value, each <c>word colour</c>.</summary>
        public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();

        /// <summary>Whether points lead to their traces; those of histograms do unless this says no.</summary>
        public bool? Exemplars { get; init; }

        /// <summary>The uid of a dashboard that says more.</summary>
        public string? See { get; init; }

        public required IReadOnlyList<Query> Queries { get; init; }
    }

    /// <summary>An expression, and how its series are called; in a table, its column.</summary>
    internal sealed record Query(string Expr, string? Name = null, string? Unit = null);

    /// <summary>Why a panel may have no answer, of those that may have none.</summary>
    public static IReadOnlyDictionary<(string Dashboard, string Panel), string> MayBeEmpty() =>
        (from dashboard in All()
         from row in dashboard.Source.Rows
         from panel in row.Panels
         where panel.Empty is not null
         select KeyValuePair.Create((dashboard.Uid, panel.Title), panel.Empty)).ToDictionary();

    /// <exception cref="JsonException">A word is unknown, or one is missing.</exception>
    public static DashboardSource Of(JsonNode yaml) => yaml.Deserialize<DashboardSource>(Strict)!;

    public static IEnumerable<(string Uid, DashboardSource Source)> All() => DeployFile.In(Folder, "*.yml").Select(file =>
    {
        try
        {
            return (Path.GetFileNameWithoutExtension(file.Path), Of(file.Read()));
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file.Path}: {e.Message}", e);
        }
    });
}
