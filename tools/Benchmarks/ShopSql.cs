using System.Reflection;
using ECommerce.Messaging;
using ECommerce.Orders;
using ECommerce.Products;

namespace ECommerce.Benchmarks;

/// <summary>The slices' own statements, read out of them: the twin runs the same SQL today and after every change.</summary>
internal static class ShopSql
{
    private static readonly Assembly Orders = typeof(OrdersModule).Assembly;
    private static readonly Assembly Products = typeof(ProductsModule).Assembly;

    public static string Product { get; } = Constant(Products, "GetProduct", "SelectProduct");

    public static string List { get; } =
        Constant(Products, "ListProducts", "SelectListed") + "\nORDER BY product.created_at DESC, product.id DESC LIMIT @Rows";

    public static string FindOrder { get; } = Constant(Orders, "PlaceOrder", "SelectOrder");

    public static string LockCustomer { get; } = Constant(Orders, "CustomerQuota", "Lock");

    public static string Holding { get; } = Constant(Orders, "CustomerQuota", "SelectHolding");

    public static string LockShelves { get; } = Constant(Products, "StockLock", "Lock");

    public static string Reserve { get; } = Constant(Products, "StockReservations", "Reserve");

    public static string InsertOrder { get; } = Constant(Orders, "OrderInsert", "Sql");

    public static string Enqueue { get; } = OutboxInsert("orders");

    private static string Constant(Assembly module, string slice, string name) =>
        (string)module.GetTypes().Single(type => type.Name == slice && type.Namespace!.Split('.').Length == 2)
            .GetField(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;

    private static string OutboxInsert(string module)
    {
        var outbox = typeof(OutboxOptions).Assembly.GetType("ECommerce.Messaging.Outbox", throwOnError: true)!;
        var statements = outbox.GetMethod("Of")!.Invoke(null, [module]);
        return (string)outbox.GetProperty("Insert")!.GetValue(statements)!;
    }
}
