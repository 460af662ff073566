using ECommerce.Profiling;

namespace ECommerce.Host.Console.Profiles;

/// <summary>A frame of a flame graph with the frames that it called.</summary>
internal sealed class FlameNode
{
    /// <summary>The frame above everything.</summary>
    public const string All = "all";

    private const string NoSlice = "no slice";

    // A frame with less of the whole is thinner than a pixel.
    private const double LeastShare = 0.0005;

    private readonly Dictionary<string, FlameNode> _children = new(StringComparer.Ordinal);

    private FlameNode(string name) => Name = name;

    public string Name { get; }

    /// <summary>The value of the frame with all that it called, in the unit of the profile.</summary>
    public long Value { get; private set; }

    /// <summary>The called frames, the largest first.</summary>
    public IReadOnlyList<FlameNode> Children { get; private set; } = [];

    /// <summary>The number of frames, this one included.</summary>
    public int Count => 1 + Children.Sum(child => child.Count);

    /// <summary>The bytes of the tree in memory, by estimate.</summary>
    public long Bytes => 160 + (2L * Name.Length) + Children.Sum(child => child.Bytes);

    public FlameNode? Find(string name) => _children.GetValueOrDefault(name);

    /// <summary>Adds the stacks of a profile up, below a frame for each slice.</summary>
    public static FlameNode Of(Profile profile)
    {
        var root = new FlameNode(All);
        foreach (var stack in profile.Stacks)
        {
            root.Value += stack.Value;
            var node = stack.Slice is null ? root.Enter(NoSlice, stack.Value) : root;
            foreach (var name in stack.Path())
                node = node.Enter(name, stack.Value);
        }

        root.Finish((long)(root.Value * LeastShare));
        return root;
    }

    private FlameNode Enter(string name, long value)
    {
        if (!_children.TryGetValue(name, out var child))
            _children[name] = child = new(name);
        child.Value += value;
        return child;
    }

    private void Finish(long least)
    {
        foreach (var thin in _children.Values.Where(child => child.Value < least).ToArray())
            _children.Remove(thin.Name);
        Children = [.. _children.Values.OrderByDescending(child => child.Value)];
        foreach (var child in Children)
            child.Finish(least);
    }
}
