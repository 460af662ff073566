using Observability.Console.Sampling;

namespace Observability.Console.Queries;

/// <summary>Answers questions about a metric family: values, rates with resets of counters, and quantiles of histograms with their bounds.</summary>
internal sealed class MetricQuery(IMetricStore store)
{
    /// <summary>The most series that are read for one answer.</summary>
    public const int MostSeries = 5000;

    private const int MostExemplars = 200;

    public IReadOnlyList<MetricFamilyInfo> Families => store.Families;

    public MetricFamilyInfo? Find(string family) => store.Families.FirstOrDefault(one => one.Name == family);

    /// <summary>The number of series of a family.</summary>
    public int SeriesOf(MetricFamilyInfo family) => NamesOf(family, isOfAll: true).Sum(name => store.Select(name, []).Count);

    /// <summary>The names of a family's labels.</summary>
    public IEnumerable<string> LabelsOf(MetricFamilyInfo family) =>
        NamesOf(family, isOfAll: false).SelectMany(name => store.Select(name, [])).SelectMany(series => series.Labels).Select(label => label.Key).Distinct();

    /// <summary>The newest samples of a family, as they are on the page of metrics.</summary>
    public IEnumerable<(IStoredSeries Series, double Value)> Newest(MetricFamilyInfo family)
    {
        var time = store.LastSample;
        foreach (var series in NamesOf(family, isOfAll: true).SelectMany(name => store.Select(name, [])))
        {
            foreach (var (_, value) in series.Read(time, time))
                yield return (series, value);
        }
    }

    /// <summary>The series of the answer, in the order of their names and labels.</summary>
    /// <param name="question">The question. Its quantile is of a histogram.</param>
    /// <param name="skip">How many series are left out.</param>
    /// <param name="take">The most series.</param>
    /// <param name="cancellation">Ends the search.</param>
    public MetricAnswers Run(MetricQuestion question, int skip, int take, CancellationToken cancellation = default)
    {
        if (Find(question.Family) is not { } family)
            return new([], 0, IsCut: false);
        var grid = new SeriesGrid(question);
        var isCut = false;
        List<(string Name, IStoredSeries[] Members)> groups = [];
        foreach (var name in question.Value.Quantile is null ? NamesOf(family, isOfAll: !question.Value.IsRate) : [family.Name + "_bucket"])
        {
            var series = store.Select(name, question.Conditions);
            isCut |= series.Count > MostSeries;
            groups.AddRange(series.Take(MostSeries).GroupBy(one => KeyOf(one.Labels, question), StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (name, group.ToArray())));
        }
        return new(Answers(), groups.Count, isCut);

        IEnumerable<MetricAnswer> Answers()
        {
            foreach (var (name, members) in groups.Skip(skip).Take(take))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return new(name, Kept(members[0].Labels, question), Points(grid, question, members), Exemplars(question, members));
            }
        }
    }

    // Of a histogram's and a summary's rate it is the observations a second, and of their values those that a page shows.
    private static IEnumerable<string> NamesOf(MetricFamilyInfo family, bool isOfAll) => (family.Type, isOfAll) switch
    {
        ("histogram", true) => [family.Name + "_count", family.Name + "_sum", family.Name + "_bucket"],
        ("summary", true) => [family.Name + "_count", family.Name + "_sum", family.Name],
        ("histogram" or "summary", false) => [family.Name + "_count"],
        _ => [family.Name],
    };

    private static IReadOnlyList<KeyValuePair<string, string>> Kept(IReadOnlyList<KeyValuePair<string, string>> labels, MetricQuestion question) =>
        question.By is { } by ? [.. labels.Where(label => by.Contains(label.Key))]
        : question.Value.Quantile is not null ? [.. labels.Where(label => label.Key != BucketSums.Bound)]
        : labels;

    private static string KeyOf(IReadOnlyList<KeyValuePair<string, string>> labels, MetricQuestion question) =>
        string.Join('\0', Kept(labels, question).Select(label => $"{label.Key}\u0001{label.Value}"));

    private static List<MetricPoint> Points(SeriesGrid grid, MetricQuestion question, IStoredSeries[] members)
    {
        if (question.Value.Quantile is { } quantile)
            return Quantiles(grid, quantile, members);
        var sums = new double[grid.Times.Length];
        Array.Fill(sums, double.NaN);
        foreach (var member in members)
        {
            if (question.Value.IsRate)
            {
                var (increases, seconds) = grid.Increases(member);
                for (var i = 0; i < sums.Length; i++)
                    AddTo(ref sums[i], increases[i] / seconds[i]);
            }
            else
            {
                var values = grid.Values(member);
                for (var i = 0; i < sums.Length; i++)
                    AddTo(ref sums[i], values[i]);
            }
        }
        return [.. grid.Times.Select((time, i) => new MetricPoint(time, sums[i], sums[i], sums[i])).Where(point => !double.IsNaN(point.Value))];
    }

    private static List<MetricPoint> Quantiles(SeriesGrid grid, double quantile, IStoredSeries[] members)
    {
        var buckets = new BucketSums(grid, members);
        List<MetricPoint> points = [];
        for (var i = 0; i < grid.Times.Length; i++)
        {
            if (buckets.QuantileAt(i, quantile) is { } found)
                points.Add(new(grid.Times[i], found.Value, found.Lower, found.Upper));
        }
        return points;
    }

    private static void AddTo(ref double sum, double value)
    {
        if (!double.IsNaN(value))
            sum = double.IsNaN(sum) ? value : sum + value;
    }

    private static MetricExemplar[] Exemplars(MetricQuestion question, IStoredSeries[] members) =>
    [
        .. members.SelectMany(member => member.Exemplars(question.From, question.To)).OrderByDescending(one => one.Time).Take(MostExemplars).Reverse(),
    ];
}
