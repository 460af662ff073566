using Observability.Console.Queries;

namespace Observability.Console.Parts;

/// <summary>Which rows of a tree are shown: those of a time whose ancestors are open, and log records when they are wanted.</summary>
internal sealed class WaterfallRows(TraceTree tree)
{
    private readonly HashSet<int> _closed = [];
    private int[] _shown = [];
    private bool _isCurrent;

    /// <summary>Whether log records are shown.</summary>
    public bool HasLines
    {
        get;
        set => (field, _isCurrent) = (value, _isCurrent && field == value);
    }
    = true;

    /// <summary>The time of which rows are shown, in Unix ticks: those that have a part in it.</summary>
    public (long From, long To) Within
    {
        get;
        set => (field, _isCurrent) = (value, _isCurrent && field == value);
    }
    = (long.MinValue, long.MaxValue);

    /// <summary>The shown rows of the tree, in their order.</summary>
    public ReadOnlySpan<int> Shown
    {
        get
        {
            if (!_isCurrent)
                Update();
            return _shown;
        }
    }

    public bool IsClosed(int row) => _closed.Contains(row);

    public void Toggle(int row)
    {
        if (!_closed.Remove(row))
            _closed.Add(row);
        _isCurrent = false;
    }

    /// <summary>Closes every row of a depth that has rows below it.</summary>
    public void CloseFrom(int depth)
    {
        for (var row = 0; row < tree.Count; row++)
        {
            if (tree[row].Below > 0 && tree[row].Depth >= depth)
                _closed.Add(row);
        }
        _isCurrent = false;
    }

    public void OpenAll()
    {
        _closed.Clear();
        _isCurrent = false;
    }

    /// <summary>Opens what hides a row, and returns the row's place among the shown ones; -1 when the row is not one of them.</summary>
    public int Reveal(int row)
    {
        for (var parent = tree[row].Parent; parent >= 0; parent = tree[parent].Parent)
        {
            if (_closed.Remove(parent))
                _isCurrent = false;
        }
        var place = Shown.BinarySearch(row);
        return Math.Max(-1, place);
    }

    private void Update()
    {
        List<int> shown = new(tree.Count);
        for (var row = 0; row < tree.Count; row++)
        {
            if ((HasLines || tree[row].Kind is not TraceRowKind.Line) && tree[row].Start <= Within.To && tree[row].End >= Within.From)
                shown.Add(row);
            if (_closed.Contains(row))
                row += tree[row].Below;
        }
        (_shown, _isCurrent) = ([.. shown], true);
    }
}
