namespace Observability.Console.PromQl;

/// <summary>Aggregation operators.</summary>
internal static class Aggregations
{
    public static List<Sample> Of(Aggregation aggregation, List<Sample> vector, double parameter)
    {
        Dictionary<LabelSet, List<Sample>> groups = [];
        foreach (var sample in vector)
        {
            var key = aggregation.IsWithout ? sample.Labels.Drop([LabelSet.Name, .. aggregation.Labels]) : sample.Labels.Keep(aggregation.Labels);
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = []);
            group.Add(sample);
        }
        return aggregation.Operator is "topk" or "bottomk"
            ? [.. groups.Values.SelectMany(group => First(group, parameter, isGreatest: aggregation.Operator == "topk"))]
            : [.. groups.Select(group => new Sample(group.Key, Of(aggregation.Operator, group.Value)))];
    }

    private static double Of(string operation, List<Sample> group) => operation switch
    {
        "sum" => group.Sum(sample => sample.Value),
        "avg" => group.Sum(sample => sample.Value / group.Count),
        "count" => group.Count,
        "group" => 1,
        "min" => group.Aggregate(double.NaN, static (best, sample) => best < sample.Value ? best : double.IsNaN(sample.Value) ? best : sample.Value),
        "max" => group.Aggregate(double.NaN, static (best, sample) => best > sample.Value ? best : double.IsNaN(sample.Value) ? best : sample.Value),
        _ => throw PromQlException.Lacks(operation),
    };

    // What is no number comes last.
    private static IEnumerable<Sample> First(List<Sample> group, double count, bool isGreatest)
    {
        var numbers = group.Where(sample => !double.IsNaN(sample.Value));
        var sorted = isGreatest ? numbers.OrderByDescending(sample => sample.Value) : numbers.OrderBy(sample => sample.Value);
        return sorted.Concat(group.Where(sample => double.IsNaN(sample.Value))).Take(double.IsNaN(count) ? 0 : (int)Math.Clamp(count, 0, int.MaxValue));
    }
}
