namespace ECommerce.Incidents.Model;

/// <summary>A cause as the seed decided it: the truth about an incident, without anything that runs.</summary>
/// <param name="Mechanism">One of <see cref="Mechanisms"/>.</param>
/// <param name="Place">A place of <see cref="ShopMap"/>: <c>orders/PlaceOrder</c>, <c>products.stock</c>, <c>database/network</c>.</param>
/// <param name="Scope">One of <see cref="Scopes"/>.</param>
/// <param name="Target">The module, group, product (its SKU) or client address of the scope; null for all and nobody.</param>
/// <param name="Size">How large it is, from 0 (hardly noticeable) to 1. The level decides the range.</param>
/// <param name="Details">What else the cause needs to know of the seed's decisions, by name.</param>
internal sealed record CausePlan(
    string Mechanism, string Place, string Scope, string? Target, double Size, IReadOnlyDictionary<string, string> Details)
{
    public CausePlan(string mechanism, string place, string scope, string? target, double size)
        : this(mechanism, place, scope, target, size, new Dictionary<string, string>())
    {
    }

    /// <summary>A value between two ends, which <see cref="Size"/> chooses.</summary>
    public double Between(double least, double most) => least + ((most - least) * Size);
}
