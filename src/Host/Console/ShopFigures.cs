using Observability.Console.Parts;
using Observability.Console.Settings;

namespace ECommerce.Host.Console;

/// <summary>What the console's overview shows of the shop: its modules, its business, its pools of connections, and what happens to it.</summary>
internal static class ShopFigures
{
    private const string ServiceSuffix = "-service";

    public static void AddShopFigures(this ConsoleSettings settings)
    {
        settings.Signals.ModuleOf = static service => service.EndsWith(ServiceSuffix, StringComparison.Ordinal) ? service[..^ServiceSuffix.Length] : service;
        settings.Figures.Add(new("Orders", "orders_placed_total", FigureValue.Rate, ChartUnit.PerMinute));
        settings.Figures.Add(new("Revenue", "orders_revenue_total", FigureValue.Rate, ChartUnit.PerMinute) { By = "currency", Note = "captured payments, in units of the currency" });
        settings.Figures.Add(new("Registrations", "users_registered_total", FigureValue.Rate, ChartUnit.PerMinute));
        settings.Saturation.Add(new("Connections in use", "db_client_connection_count", FigureValue.Value, ChartUnit.Share)
        {
            By = "db_client_connection_pool_name",
            Labels = new Dictionary<string, string> { ["db_client_connection_state"] = "used" },
            Whole = "db_client_connection_max",
            Note = "of each module's pool",
        });
        settings.Saturation.Add(new("Events that wait for delivery", "outbox_pending", FigureValue.Value, ChartUnit.Number) { By = "module" });
        foreach (var (name, word) in new[]
        {
            ("host.opened", "open"), ("host.stopping", "stop"), ("fault.held", "fault on"), ("fault.released", "fault off"), ("fault.ended", "fault off"),
            ("outbox.dead_letter", "dead letter"), ("database.migrated", "release"), ("postgres.ended", "database"),
        })
        {
            settings.Happenings.Add(name, word);
        }
    }
}
