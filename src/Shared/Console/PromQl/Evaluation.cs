namespace Observability.Console.PromQl;

/// <summary>
/// Evaluates an expression at one time after the other, by the semantics of Prometheus. A recording rule is a view: its name stands for the
/// rule's expression. One thread uses an evaluation; its cost is bounded.
/// </summary>
internal sealed class Evaluation(ISeriesSource source, EvaluationLimits limits, CancellationToken cancellation)
{
    /// <summary>The step of a subquery without one, and of a range over a recording rule that is not stored: how often rules are evaluated.</summary>
    public const long UsualStep = 15 * 1000;

    private const int MostNestedRules = 20;

    private readonly SeriesLoader _loader = new(source, limits, cancellation);
    private readonly Dictionary<string, (long Time, IReadOnlyList<Sample> Vector)> _rules = new(StringComparer.Ordinal);
    private long _first;
    private long _last;
    private int _nestedRules;

    /// <summary>The values of the recording rules that were evaluated, each with its time.</summary>
    public IEnumerable<(string Name, long Time, IReadOnlyList<Sample> Vector)> Rules => _rules.Select(rule => (rule.Key, rule.Value.Time, rule.Value.Vector));

    /// <summary>The value at a time: a double, a text, a list of <see cref="Sample"/>, or a list of <see cref="SampleRun"/>.</summary>
    public object At(Expression expression, long time)
    {
        (_first, _last) = (time, time);
        return expression.Type switch
        {
            ValueKind.Scalar => ScalarOf(expression, time),
            ValueKind.Vector => VectorOf(expression, time),
            ValueKind.Matrix => MatrixOf(expression, time),
            _ => ((TextLiteral)expression).Value,
        };
    }

    /// <summary>The series of a scalar or an instant vector over a time.</summary>
    public List<SampleRun> Over(Expression expression, long first, long last, long step)
    {
        (_first, _last) = (first, last);
        return Steps(expression, first, last, step);
    }

    private double ScalarOf(Expression expression, long time) => expression switch
    {
        NumberLiteral number => number.Value,
        Negation negation => -ScalarOf(negation.Inner, time),
        BinaryOperation operation => Arithmetic.Of(operation.Operator, ScalarOf(operation.Left, time), ScalarOf(operation.Right, time)),
        Call { Function.Name: "time" } => time / 1000.0,
        Call call => VectorOf(call.Arguments[0], time) is [var only] ? only.Value : double.NaN,
        _ => throw new InvalidOperationException($"{expression.GetType().Name} is no scalar."),
    };

    private List<Sample> VectorOf(Expression expression, long time)
    {
        cancellation.ThrowIfCancellationRequested();
        var vector = expression switch
        {
            Selector selector => InstantOf(selector, time),
            Negation negation => Mapped(VectorOf(negation.Inner, time), static value => -value),
            Aggregation aggregation => Aggregations.Of(
                aggregation, VectorOf(aggregation.Inner, time), aggregation.Parameter is { } parameter ? ScalarOf(parameter, time) : 0),
            BinaryOperation operation => BinaryOf(operation, time),
            Call call => CallOf(call, time),
            _ => throw new InvalidOperationException($"{expression.GetType().Name} is no instant vector."),
        };
        _loader.Touch(vector.Count);
        return vector;
    }

    private List<Sample> BinaryOf(BinaryOperation operation, long time)
    {
        if (operation.Left.Type is ValueKind.Scalar)
            return Arithmetic.WithScalar(operation, VectorOf(operation.Right, time), ScalarOf(operation.Left, time), isScalarLeft: true);
        var left = VectorOf(operation.Left, time);
        if (operation.Right.Type is ValueKind.Scalar)
            return Arithmetic.WithScalar(operation, left, ScalarOf(operation.Right, time), isScalarLeft: false);
        var right = VectorOf(operation.Right, time);
        return operation.IsSetOperation ? VectorMatching.Sets(operation, left, right) : VectorMatching.Join(operation, left, right, limits.Series);
    }

    private List<Sample> CallOf(Call call, long time)
    {
        var name = call.Function.Name;
        if (call.Function.Takes is [ValueKind.Matrix])
            return RangeOf(call, time);
        if (name == "vector")
            return [new(LabelSet.Empty, ScalarOf(call.Arguments[0], time))];
        if (name == "histogram_quantile")
            return HistogramQuantiles.Of(ScalarOf(call.Arguments[0], time), VectorOf(call.Arguments[1], time));
        var vector = VectorOf(call.Arguments[0], time);
        var number = call.Arguments.Count > 1 && call.Arguments[1].Type is ValueKind.Scalar ? ScalarOf(call.Arguments[1], time) : 1;
        return name switch
        {
            "absent" => vector.Count > 0 ? [] : [new(Absence.LabelsOf(call.Arguments[0]), 1)],
            "label_replace" => LabelReplacement.Apply(call, vector),
            "abs" => Mapped(vector, Math.Abs),
            "ceil" => Mapped(vector, Math.Ceiling),
            "floor" => Mapped(vector, Math.Floor),
            "clamp_max" => Mapped(vector, value => Math.Min(number, value)),
            "clamp_min" => Mapped(vector, value => Math.Max(number, value)),
            "round" => Mapped(vector, value => Math.Floor((value / number) + 0.5) * number),
            _ => throw PromQlException.Lacks(name),
        };
    }

    private List<Sample> RangeOf(Call call, long time)
    {
        var (range, offset) = call.Arguments[0] switch
        {
            Selector selector => (selector.Range!.Value, selector.Offset),
            Subquery subquery => (subquery.Range, subquery.Offset),
            _ => throw new InvalidOperationException("A range vector is a selector or a subquery."),
        };
        List<Sample> vector = [];
        foreach (var run in MatrixOf(call.Arguments[0], time))
        {
            _loader.Touch(run.Count);
            if (RangeFunctions.Of(call.Function.Name, run, time - offset - range, time - offset) is { } value)
                vector.Add(new(call.Function.Name == "last_over_time" ? run.Labels : run.Labels.WithoutName(), value));
        }
        return vector;
    }

    private List<Sample> InstantOf(Selector selector, long time)
    {
        time -= selector.Offset;
        if (source.Rule(selector.Name) is { } rule && !(rule.IsStored && selector.Offset > 0))
            return [.. RuleAt(selector.Name, rule, time).Where(sample => selector.Matchers.All(matcher => matcher.Holds(sample.Labels[matcher.Label])))];
        if (_first == _last)
            return _loader.Newest(selector, time);
        List<Sample> vector = [];
        foreach (var series in _loader.Load(selector, _first - selector.Offset - SeriesLoader.Lookback, _last - selector.Offset))
        {
            var run = series.Between(time - SeriesLoader.Lookback, time);
            if (run.Count > 0)
                vector.Add(new(series.Labels, run.Values[^1]));
        }
        return vector;
    }

    private IReadOnlyList<Sample> RuleAt(string name, IRecordedRule rule, long time)
    {
        if (rule.At(time) is { } known)
            return known;
        if (_rules.TryGetValue(name, out var last) && last.Time == time)
            return last.Vector;
        if (++_nestedRules > MostNestedRules)
            throw new PromQlException($"{name} refers to itself, or to more than {MostNestedRules} rules one within the other");
        var value = rule.Expression.Type is ValueKind.Scalar
            ? [new Sample(LabelSet.Empty, ScalarOf(rule.Expression, time))]
            : VectorOf(rule.Expression, time);
        _nestedRules--;
        List<Sample> vector = [.. value.Select(sample => new Sample(
            LabelSet.Of([.. sample.Labels.Drop([LabelSet.Name, .. rule.Labels.Select(label => label.Key)]).Pairs, .. rule.Labels, new(LabelSet.Name, name)]), sample.Value))];
        _rules[name] = (time, vector);
        return vector;
    }

    private List<SampleRun> MatrixOf(Expression expression, long time)
    {
        if (expression is Subquery subquery)
            return SubqueryOf(subquery, time);
        var selector = (Selector)expression;
        if (source.Rule(selector.Name) is { IsStored: false })
            return SubqueryOf(new(selector with { Range = null, Offset = 0 }, selector.Range!.Value, null, selector.Offset), time);
        var end = time - selector.Offset;
        List<SampleRun> runs = [];
        foreach (var series in _loader.Load(selector, _first - selector.Offset - selector.Range!.Value - 1, _last - selector.Offset))
        {
            // Both ends belong to a range, as in Prometheus 2; in Prometheus 3 the first does not.
            var run = series.Between(end - selector.Range.Value - 1, end);
            if (run.Count > 0)
                runs.Add(run);
        }
        return runs;
    }

    private List<SampleRun> SubqueryOf(Subquery subquery, long time)
    {
        var step = subquery.Step ?? UsualStep;
        var (start, end) = (time - subquery.Offset - subquery.Range, time - subquery.Offset);
        var (first, last) = (_first, _last);
        // What is within is evaluated from the earliest step of the earliest time to the latest: each selector is read once for all.
        (_first, _last) = (first - subquery.Offset - subquery.Range, last - subquery.Offset);
        var runs = Steps(subquery.Inner, (start + step - 1) / step * step, end, step);
        (_first, _last) = (first, last);
        return runs;
    }

    private List<SampleRun> Steps(Expression expression, long first, long last, long step)
    {
        Dictionary<LabelSet, (List<long> Times, List<double> Values)> series = [];
        for (var time = first; time <= last; time += step)
        {
            var vector = expression.Type is ValueKind.Scalar ? [new Sample(LabelSet.Empty, ScalarOf(expression, time))] : VectorOf(expression, time);
            // A step costs something even when it finds nothing.
            _loader.Touch(1);
            foreach (var sample in vector)
            {
                if (!series.TryGetValue(sample.Labels, out var run))
                    series.Add(sample.Labels, run = ([], []));
                run.Times.Add(time);
                run.Values.Add(sample.Value);
            }
            if (series.Count > limits.Series)
                throw new PromQlException($"the expression has more than {limits.Series} series");
        }
        return [.. series.Select(one => new SampleRun(one.Key, one.Value.Times.ToArray(), one.Value.Values.ToArray()))];
    }

    private static List<Sample> Mapped(List<Sample> vector, Func<double, double> function) =>
        [.. vector.Select(sample => new Sample(sample.Labels.WithoutName(), function(sample.Value)))];
}
