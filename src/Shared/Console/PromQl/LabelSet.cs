using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Observability.Console.PromQl;

/// <summary>The labels of a series in the order of their names; the metric's name is the label <c>__name__</c>. An empty label is a missing one.</summary>
internal sealed class LabelSet : IEquatable<LabelSet>
{
    public const string Name = "__name__";
    public const string Bound = "le";

    public static readonly LabelSet Empty = new([]);

    private readonly KeyValuePair<string, string>[] _pairs;
    private readonly int _hash;

    private LabelSet(KeyValuePair<string, string>[] pairs)
    {
        _pairs = pairs;
        var hash = new HashCode();
        foreach (var (label, value) in pairs)
        {
            hash.Add(label);
            hash.Add(value);
        }
        _hash = hash.ToHashCode();
    }

    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    public string this[string label]
    {
        get
        {
            foreach (var pair in _pairs)
            {
                if (pair.Key == label)
                    return pair.Value;
            }
            return "";
        }
    }

    public static LabelSet Of(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var sorted = pairs.Where(pair => pair.Value.Length > 0).ToArray();
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        return sorted.Length == 0 ? Empty : new(sorted);
    }

    public LabelSet Keep(IReadOnlyList<string> labels) => Where(labels, keeps: true);

    public LabelSet Drop(params IReadOnlyList<string> labels) => Where(labels, keeps: false);

    public LabelSet WithoutName() => _pairs.Any(pair => pair.Key == Name) ? Drop(Name) : this;

    /// <summary>The labels with one of them changed; an empty value removes it.</summary>
    public LabelSet With(string label, string value) => Of(_pairs.Where(pair => pair.Key != label).Append(new(label, value)));

    public bool Equals([NotNullWhen(true)] LabelSet? other)
    {
        if (other is null || other._hash != _hash || other._pairs.Length != _pairs.Length)
            return false;
        for (var i = 0; i < _pairs.Length; i++)
        {
            if (_pairs[i].Key != other._pairs[i].Key || _pairs[i].Value != other._pairs[i].Value)
                return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _hash;

    /// <summary>The series as PromQL writes it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(this[Name]).Append('{');
        foreach (var (label, value) in _pairs.Where(pair => pair.Key != Name))
            text.Append(text[^1] == '{' ? "" : ", ").Append(label).Append("=\"").Append(value).Append('"');
        return text.Append('}').ToString();
    }

    private LabelSet Where(IReadOnlyList<string> labels, bool keeps)
    {
        var kept = Array.FindAll(_pairs, pair => labels.Contains(pair.Key) == keeps);
        return kept.Length == _pairs.Length ? this : kept.Length == 0 ? Empty : new(kept);
    }
}
