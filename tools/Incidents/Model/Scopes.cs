namespace ECommerce.Incidents.Model;

/// <summary>The closed list of who is hit.</summary>
internal static class Scopes
{
    /// <summary>No customer: background work only, or nothing is wrong.</summary>
    public const string Nobody = "nobody";

    /// <summary>All customers.</summary>
    public const string All = "all";

    /// <summary>Whoever uses one module, or slices of it.</summary>
    public const string Module = "module";

    /// <summary>A group of customers: <c>app.customer.group</c> of spans.</summary>
    public const string Group = "group";

    /// <summary>Whoever touches one product.</summary>
    public const string Product = "product";

    /// <summary>One client address; others are not hit, or hit by what it does.</summary>
    public const string Client = "client";

    public static IReadOnlyList<string> Names { get; } = [Nobody, All, Module, Group, Product, Client];
}
