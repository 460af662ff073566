namespace Observability.Console.PromQl;

/// <summary>Operators between two instant vectors: series with equal labels belong together.</summary>
internal static class VectorMatching
{
    public static List<Sample> Sets(BinaryOperation operation, List<Sample> left, List<Sample> right)
    {
        var matching = operation.Matching;
        if (operation.Operator == "or")
        {
            var known = left.Select(sample => KeyOf(sample.Labels, matching)).ToHashSet();
            return [.. left, .. right.Where(sample => !known.Contains(KeyOf(sample.Labels, matching)))];
        }
        var others = right.Select(sample => KeyOf(sample.Labels, matching)).ToHashSet();
        var isWanted = operation.Operator == "and";
        return [.. left.Where(sample => others.Contains(KeyOf(sample.Labels, matching)) == isWanted)];
    }

    public static List<Sample> Join(BinaryOperation operation, List<Sample> left, List<Sample> right, int mostSeries)
    {
        var matching = operation.Matching;
        var isSwapped = matching.Cardinality is Cardinality.OneToMany;
        var (many, ones) = isSwapped ? (right, left) : (left, right);
        Dictionary<LabelSet, Sample> found = [];
        foreach (var one in ones)
        {
            if (!found.TryAdd(KeyOf(one.Labels, matching), one))
                throw new PromQlException($"several series on one side of {operation.Operator} belong to {KeyOf(one.Labels, matching)}; aggregate them, or match by more labels");
        }

        HashSet<LabelSet> seen = [];
        List<Sample> result = [];
        foreach (var sample in many)
        {
            var key = KeyOf(sample.Labels, matching);
            if (!found.TryGetValue(key, out var one))
                continue;
            var (a, b) = isSwapped ? (one.Value, sample.Value) : (sample.Value, one.Value);
            if (operation is { IsComparison: true, IsBool: false } && !Arithmetic.Holds(operation.Operator, a, b))
                continue;
            var labels = LabelsOf(operation, sample.Labels, one.Labels);
            if (!seen.Add(matching.Cardinality is Cardinality.OneToOne ? key : labels))
                throw new PromQlException($"several series belong to {key}: say group_left or group_right, or match by more labels");
            result.Add(new(labels, operation is { IsComparison: true, IsBool: false } ? a : Arithmetic.Of(operation.Operator, a, b)));
            if (result.Count > mostSeries)
                throw new PromQlException($"the expression has more than {mostSeries} series");
        }
        return result;
    }

    private static LabelSet KeyOf(LabelSet labels, Matching matching) =>
        matching.IsOn ? labels.Keep(matching.Labels) : matching.Labels.Count == 0 ? labels.WithoutName() : labels.Drop([LabelSet.Name, .. matching.Labels]);

    private static LabelSet LabelsOf(BinaryOperation operation, LabelSet labels, LabelSet one)
    {
        var matching = operation.Matching;
        if (!operation.IsComparison || operation.IsBool)
            labels = labels.WithoutName();
        if (matching.Cardinality is Cardinality.OneToOne)
            return matching.IsOn ? labels.Keep(matching.Labels) : labels.Drop(matching.Labels);
        foreach (var label in matching.Included)
            labels = labels.With(label, one[label]);
        return labels;
    }
}
