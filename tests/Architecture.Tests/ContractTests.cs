using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ECommerce.Kernel;
using MediatR;

namespace ECommerce.Architecture.Tests;

/// <summary>What a later split of the house depends on.</summary>
public sealed partial class ContractTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Type[] Exported = [.. Solution.Contracts.SelectMany(contracts => contracts.GetExportedTypes())];

    private static readonly Type[] Events = [.. Exported.Where(typeof(IEvent).IsAssignableFrom)];

    /// <summary>Whatever may travel: contracts, what they answer with, and what that is made of.</summary>
    public static TheoryData<Type> Travellers => new(Exported.Where(type => !IsStatic(type))
        .Concat(Exported.SelectMany(type => type.Closing(typeof(IRequest<>))).Select(request => request.GetGenericArguments()[0]))
        .Concat([typeof(Error), typeof(Money), typeof(Page<Money>)]));

    [Fact]
    public void A_contract_is_a_sealed_record_or_a_list_of_errors()
    {
        foreach (var type in Exported)
        {
            var isSealedRecord = type.IsSealed && type.GetMethod("<Clone>$") is not null;
            var isErrors = IsStatic(type) && type.GetFields().All(field => field.FieldType == typeof(Error));
            (isSealedRecord || isErrors || type.IsEnum).ShouldBeTrue(type.Told());
        }
    }

    [Fact]
    public void An_event_has_a_name_of_its_own_with_its_module_and_its_version()
    {
        Events.ShouldNotBeEmpty();
        foreach (var type in Events)
        {
            var name = type.GetCustomAttribute<EventNameAttribute>().ShouldNotBeNull(type.Told()).Name;
            name.ShouldMatch(EventName().ToString());
            name.ShouldStartWith(type.Namespace!.Split('.')[1].ToLowerInvariant() + ".");
        }

        Events.Select(type => type.GetCustomAttribute<EventNameAttribute>()!.Name).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Travellers))]
    public void What_travels_survives_a_round_trip_through_JSON(Type type)
    {
        var sample = Sample.Of(type);

        var there = JsonSerializer.Serialize(sample, type, Json);
        var back = JsonSerializer.Serialize(JsonSerializer.Deserialize(there, type, Json), type, Json);

        back.ShouldBe(there);
        foreach (var property in type.GetProperties().Where(property => property.CanRead))
            there.ShouldContain($"\"{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}\":", Case.Sensitive);
        // Every member of the sample has a value, so every member of the JSON must have one; a result has either this or that.
        if (!there.StartsWith("{\"value\":", StringComparison.Ordinal))
            there.ShouldNotContain("null");
    }

    [Fact]
    public void A_refusal_survives_a_round_trip_through_JSON()
    {
        var refused = Result<Money>.Fail((Error)Sample.Of(typeof(Error))!);

        var there = JsonSerializer.Serialize(refused, Json);
        var back = JsonSerializer.Deserialize<Result<Money>>(there, Json)!;

        JsonSerializer.Serialize(back, Json).ShouldBe(there);
        back.Error!.Fields!.ShouldNotBeEmpty();
        back.Error!.Extensions!.ShouldNotBeEmpty();
    }

    private static bool IsStatic(Type type) => type is { IsAbstract: true, IsSealed: true };

    [GeneratedRegex(@"^[a-z]+\.[a-z]+(-[a-z]+)*\.v\d+$", RegexOptions.ExplicitCapture)]
    private static partial Regex EventName();
}
