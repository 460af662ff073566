using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>The causes that a seed can choose.</summary>
internal static class CauseList
{
    public static IReadOnlyList<ICause> All { get; } = [];

    public static ICause Of(string mechanism) => All.First(cause => cause.Mechanism == mechanism);
}
