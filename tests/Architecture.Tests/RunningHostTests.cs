using System.Text.Json.Serialization;
using ECommerce.Host;
using ECommerce.Web;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Architecture.Tests;

/// <summary>The fences that only a running host shows.</summary>
public sealed class RunningHostTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    public static IEnumerable<object[]> Neighbours =>
        from module in ShopModules.All
        from other in ShopModules.All
        where module != other
        select new object[] { module.Name, other.Name };

    [Fact]
    public void Every_endpoint_of_a_module_is_under_its_own_path()
    {
        foreach (var module in ShopModules.All)
        {
            var routes = Routes().Where(route => OwnerOf(route) == module.GetType().Assembly).Select(route => route.RoutePattern.RawText!).ToArray();
            routes.ShouldNotBeEmpty(module.Name);
            routes.ShouldAllBe(route => $"{route}/".StartsWith($"/api/{module.Name}/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Nobody_but_a_module_has_a_route_under_api() => Routes()
        .Where(route => route.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
        .ShouldAllBe(route => Solution.ModuleAssemblies.Contains(OwnerOf(route)));

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

    [Fact]
    public async Task No_foreign_key_leads_from_one_schema_into_another() =>
        (await shop.RowsAsync("""
            SELECT conrelid::regclass::text AS table, confrelid::regclass::text AS other
            FROM pg_constraint JOIN pg_class AS one ON one.oid = conrelid JOIN pg_class AS two ON two.oid = confrelid
            WHERE contype = 'f' AND one.relnamespace <> two.relnamespace
            """)).ShouldBeEmpty("docs/adr/0010 and 0015: a module takes its schema along when it moves out.");

    [Fact]
    public void No_endpoint_declares_the_same_thing_twice() => Routes()
        .SelectMany(route => route.Metadata.Where(item => item.GetType().Namespace?.StartsWith("ECommerce.", StringComparison.Ordinal) is true)
            .GroupBy(item => item)
            .Where(same => same.Count() > 1)
            .Select(same => $"{route.DisplayName}: {same.Key}"))
        .ShouldBeEmpty();

    [Fact]
    public void Every_query_and_path_value_has_a_grammar()
    {
        var taken = Routes().SelectMany(StrictParameters.ParametersOf).ToArray(); // throws for a type that only the framework's lax parser would read

        taken.ShouldContain(value => value.Name == "minPrice" && !value.IsInPath);
        taken.ShouldContain(value => value.Name == "id" && value.IsInPath);
    }

    [Fact]
    public void No_endpoint_lets_the_framework_read_a_header_or_a_form() => Routes()
        .SelectMany(route => route.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [])
        .Where(parameter => parameter.GetCustomAttributes().Any(attribute => attribute is IFromHeaderMetadata or IFromFormMetadata))
        .ShouldBeEmpty();

    [Fact]
    public void A_body_is_made_of_types_that_are_read_exactly()
    {
        Type[] read = [typeof(string), typeof(int), typeof(decimal), typeof(bool), typeof(Guid)];
        Type[] bodies = [.. Routes().SelectMany(route => route.Metadata.OfType<IAcceptsMetadata>()).Select(accepted => accepted.RequestType).OfType<Type>().Distinct()];

        bodies.Length.ShouldBeGreaterThan(8);
        foreach (var (owner, type) in bodies.SelectMany(body => Leaves(body, body)))
            read.ShouldContain(type, $"{owner.Told()} holds a {type.Name}: give it a converter that takes one spelling, and name it here.");
    }

    private static IEnumerable<(Type Owner, Type Type)> Leaves(Type owner, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray)
            return Leaves(owner, type.GetElementType()!);
        if (type.IsEnum)
            return [];
        return type.Namespace!.StartsWith("ECommerce", StringComparison.Ordinal)
            ? type.GetProperties().Where(property => !property.IsDefined(typeof(JsonExtensionDataAttribute))).SelectMany(property => Leaves(owner, property.PropertyType))
            : [(owner, type)];
    }

    private IEnumerable<RouteEndpoint> Routes() => shop.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static Assembly? OwnerOf(RouteEndpoint route) => route.Metadata.GetMetadata<MethodInfo>()?.DeclaringType?.Assembly;
}
