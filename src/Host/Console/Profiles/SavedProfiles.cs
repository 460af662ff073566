using ECommerce.Profiling;

namespace ECommerce.Host.Console.Profiles;

/// <summary>A profile that was taken in a page.</summary>
/// <param name="Number">The number in addresses, from 1 since the start.</param>
internal sealed record SavedProfile(int Number, ProfileKind Kind, DateTimeOffset StartedAt, TimeSpan Time, long Samples, long Dropped, ProfileEnd End, FlameNode Root)
{
    public string Name => $"{Number}: {(Kind is ProfileKind.Cpu ? "processor" : "allocations")}, {StartedAt:HH:mm:ss}, {Time.TotalSeconds:0} s";

    /// <summary>The slices with their shares, the largest first.</summary>
    public IEnumerable<(string Slice, double Share)> Slices() => Root.Children.Select(child => (child.Name, (double)child.Value / Math.Max(1, Root.Value)));
}

/// <summary>The profiles of this host's pages, in memory: the latest few, within a budget in bytes. The oldest goes first.</summary>
internal sealed class SavedProfiles
{
    public const int Most = 8;
    public const long MostBytes = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly List<(SavedProfile Profile, long Bytes)> _saved = [];
    private int _last;

    /// <summary>The profiles, the latest first.</summary>
    public IReadOnlyList<SavedProfile> All
    {
        get
        {
            lock (_gate)
                return [.. _saved.Select(saved => saved.Profile).Reverse()];
        }
    }

    public SavedProfile? Find(int? number) => All.FirstOrDefault(profile => profile.Number == number);

    public SavedProfile Add(Profile taken)
    {
        var root = FlameNode.Of(taken);
        lock (_gate)
        {
            var profile = new SavedProfile(++_last, taken.Kind, taken.StartedAt, taken.Time, taken.Samples, taken.Dropped, taken.End, root);
            _saved.Add((profile, root.Bytes));
            while (_saved.Count > 1 && (_saved.Count > Most || _saved.Sum(saved => saved.Bytes) > MostBytes))
                _saved.RemoveAt(0);
            return profile;
        }
    }
}
