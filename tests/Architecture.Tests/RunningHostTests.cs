using System.Reflection;
using ECommerce.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace ECommerce.Architecture.Tests;

/// <summary>The fences that only a running host shows.</summary>
public sealed class RunningHostTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    public static IEnumerable<object[]> Neighbours =>
        from module in House.Modules
        from other in House.Modules
        where module != other
        select new object[] { module.Name, other.Name };

    [Fact]
    public void Every_endpoint_of_a_module_is_under_its_own_path()
    {
        foreach (var module in House.Modules)
        {
            var routes = Routes().Where(route => OwnerOf(route) == module.GetType().Assembly).Select(route => route.RoutePattern.RawText!).ToArray();
            routes.ShouldNotBeEmpty(module.Name);
            routes.ShouldAllBe(route => $"{route}/".StartsWith($"/api/{module.Name}/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Nobody_but_a_module_has_a_route_under_api() => Routes()
        .Where(route => route.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
        .ShouldAllBe(route => House.ModuleAssemblies.Contains(OwnerOf(route)));

    [Theory]
    [MemberData(nameof(Neighbours))]
    public async Task A_modules_role_is_blind_to_another_modules_schema(string module, string other)
    {
        await using var source = NpgsqlDataSource.Create($"{shop.ConnectionString};Options=-c role={module};Pooling=false");

        await using var own = source.CreateCommand($"SELECT count(*) FROM {module}.outbox");
        (await own.ExecuteScalarAsync()).ShouldBeOfType<long>();
        await using var foreign = source.CreateCommand($"SELECT count(*) FROM {other}.outbox");
        var refusal = await Should.ThrowAsync<PostgresException>(() => foreign.ExecuteScalarAsync());
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private IEnumerable<RouteEndpoint> Routes() => shop.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static Assembly? OwnerOf(RouteEndpoint route) => route.Metadata.GetMetadata<MethodInfo>()?.DeclaringType?.Assembly;
}
