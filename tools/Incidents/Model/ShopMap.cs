namespace ECommerce.Incidents.Model;

/// <summary>
/// The closed list of places, and how many hops one is from another. A module is beside its slices, tables, pool and outbox; a slice is
/// beside the tables that its statements name and the slices of other modules that it calls.
/// </summary>
internal static class ShopMap
{
    public const string Shop = "shop";
    public const string Host = "host";
    public const string Processor = "host/processor";
    public const string Memory = "host/memory";
    public const string Threads = "host/threads";
    public const string Clock = "host/clock";
    public const string Limits = "host/limits";
    public const string Database = "database";
    public const string DatabaseNetwork = "database/network";
    public const string DatabaseConnections = "database/connections";
    public const string DatabaseDisk = "database/disk";
    public const string DatabaseLogin = "database/login";
    public const string Customers = "customers";
    public const string CustomersNetwork = "customers/network";

    private static readonly (string Module, string[] Slices, string[] Tables)[] Modules =
    [
        ("users",
            ["ChangePassword", "DeleteUser", "EraseDeletedUsers", "AnswerFindUser", "GetCurrentUser", "GetUser", "ListUsers", "Login", "PurgeLoginThrottle", "RegisterUser",
                "RestoreUser", "RevokeTokens", "UpdateUser"],
            ["users", "login_clients", "login_failures", "outbox"]),
        ("products",
            ["AdjustStock", "ClaimReservation", "CommitReservation", "CreateProduct", "DiscontinueProduct", "GetProduct", "GetStock", "LapseReservations", "ListProducts",
                "PurgeReservations", "ReleaseReservation", "ReleaseStock", "ReserveStock", "UpdateProduct"],
            ["products", "stock", "reservations", "reservation_lines", "stock_adjustments", "books", "outbox", "inbox"]),
        ("orders",
            ["AdmitRestoredUser", "CancelLostOrder", "CancelOrder", "CancelOrdersOfDeletedUser", "DeliverOrder", "ExpireUnpaidOrders", "GetOrder", "GetOrderStats",
                "GetOrderTimeline", "ListOrders", "PayOrder", "PlaceOrder", "PurgeCancelledOrders", "RefreshOrderGauges", "ResolvePayments", "ShipOrder"],
            ["orders", "order_lines", "timeline", "payment_attempts", "provider_ledger", "books", "gone_customers", "outbox", "inbox"]),
    ];

    private static readonly (string One, string Other)[] Uses =
    [
        ("orders/PlaceOrder", "products/ReserveStock"),
        ("orders/PlaceOrder", "products/ReleaseStock"),
        ("orders/PlaceOrder", "orders.orders"),
        ("orders/PlaceOrder", "orders.order_lines"),
        ("orders/PlaceOrder", "orders.outbox"),
        ("orders/PayOrder", "orders.orders"),
        ("orders/PayOrder", "orders.payment_attempts"),
        ("orders/PayOrder", "orders.provider_ledger"),
        ("orders/PayOrder", "orders.outbox"),
        ("orders/CancelOrder", "orders.orders"),
        ("orders/CancelOrder", "orders.outbox"),
        ("orders/GetOrder", "orders.orders"),
        ("orders/GetOrder", "orders.order_lines"),
        ("orders/GetOrderTimeline", "orders.timeline"),
        ("orders/ListOrders", "orders.orders"),
        ("orders/ListOrders", "orders.order_lines"),
        ("orders/ResolvePayments", "orders.payment_attempts"),
        ("products/ReserveStock", "products.stock"),
        ("products/ReserveStock", "products.products"),
        ("products/ReserveStock", "products.reservations"),
        ("products/ReserveStock", "products.reservation_lines"),
        ("products/ClaimReservation", "products.reservations"),
        ("products/ClaimReservation", "orders.outbox"),
        ("products/CommitReservation", "products.reservations"),
        ("products/CommitReservation", "products.stock"),
        ("products/CommitReservation", "orders.outbox"),
        ("products/ReleaseReservation", "products.reservations"),
        ("products/ReleaseReservation", "orders.outbox"),
        ("products/AdjustStock", "products.stock"),
        ("products/AdjustStock", "products.stock_adjustments"),
        ("products/GetProduct", "products.products"),
        ("products/GetStock", "products.stock"),
        ("products/ListProducts", "products.products"),
        ("products/ListProducts", "products.stock"),
        ("users/Login", "users.users"),
        ("users/Login", "users.login_failures"),
        ("users/Login", "users.login_clients"),
        ("users/RegisterUser", "users.users"),
        ("users/RegisterUser", "users.outbox"),
        ("users/GetCurrentUser", "users.users"),
        ("users/AnswerFindUser", "users.users"),
    ];

    private static readonly Dictionary<string, HashSet<string>> Beside = Draw();

    /// <summary>Every place, modules before what is in them.</summary>
    public static IReadOnlyList<string> Places { get; } = [.. Beside.Keys];

    public static IReadOnlyList<string> ModuleNames { get; } = [.. Modules.Select(module => module.Module)];

    /// <summary>The slices of a module, as files of its folder are named.</summary>
    public static IReadOnlyList<string> SlicesOf(string module) => Modules.Single(known => known.Module == module).Slices;

    /// <summary>The module of a place: <c>orders</c> for <c>orders/PlaceOrder</c> and <c>orders.outbox</c>; null outside of modules.</summary>
    public static string? ModuleOf(string place) => ModuleNames.FirstOrDefault(module => module == place.Split('/', '.')[0]);

    /// <returns>The number of hops between two places; null when there is no such place.</returns>
    public static int? Hops(string from, string to)
    {
        if (!Beside.ContainsKey(from) || !Beside.ContainsKey(to))
            return null;
        var (reached, edge) = (new HashSet<string> { from }, new List<string> { from });
        for (var hops = 0; edge.Count > 0; hops++)
        {
            if (edge.Contains(to))
                return hops;
            edge = [.. edge.SelectMany(place => Beside[place]).Where(reached.Add)];
        }

        return null;
    }

    private static Dictionary<string, HashSet<string>> Draw()
    {
        var beside = new Dictionary<string, HashSet<string>> { [Shop] = [] };
        void Join(string one, string other)
        {
            beside.TryAdd(one, []);
            beside.TryAdd(other, []);
            beside[one].Add(other);
            beside[other].Add(one);
        }

        foreach (var place in (string[])[Host, Database, Customers])
            Join(Shop, place);
        foreach (var resource in (string[])[Processor, Memory, Threads, Clock, Limits])
            Join(Host, resource);
        foreach (var resource in (string[])[DatabaseNetwork, DatabaseConnections, DatabaseDisk, DatabaseLogin])
            Join(Database, resource);
        Join(Customers, CustomersNetwork);
        foreach (var (module, slices, tables) in Modules)
        {
            Join(Shop, module);
            Join(module, $"{module}/pool");
            foreach (var slice in slices)
                Join(module, $"{module}/{slice}");
            foreach (var table in tables)
                Join(module, $"{module}.{table}");
        }

        foreach (var (one, other) in Uses)
            Join(one, other);
        return beside;
    }
}
