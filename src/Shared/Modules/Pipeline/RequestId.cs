using System.Reflection;
using System.Text.Json;

namespace ECommerce.Modules;

/// <summary>
/// An id property of a request and its names in telemetry: <c>OrderId</c> is <c>app.order.id</c> in spans and <c>orderId</c> in log lines.
/// </summary>
internal sealed class RequestId
{
    private readonly Func<object, Guid> _read;

    private RequestId(PropertyInfo property)
    {
        (IsCustomer, IsCaller) = (property.Name == "UserId", property.Name == "CallerId");
        Tag = $"app.{property.Name[..^2].ToLowerInvariant()}.id";
        Property = JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        _read = (Func<object, Guid>)typeof(RequestId).GetMethod(nameof(Reader), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(property.DeclaringType!)
            .Invoke(null, [property.GetMethod!])!;
    }

    /// <summary>Whether it names the customer whom the request is about.</summary>
    public bool IsCustomer { get; }

    /// <summary>Whether it names the user who sends the request.</summary>
    public bool IsCaller { get; }

    public string Tag { get; }

    public JsonEncodedText Property { get; }

    public static RequestId[] AllOf(Type request) =>
    [
        .. request.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.PropertyType == typeof(Guid) && property.Name.EndsWith("Id", StringComparison.Ordinal))
            .Select(property => new RequestId(property)),
    ];

    public Guid Of(object request) => _read(request);

    // A compiled accessor: reflection would box the id for each request and cost more than the log line.
    private static Func<object, Guid> Reader<T>(MethodInfo getter)
        where T : class
    {
        var read = getter.CreateDelegate<Func<T, Guid>>();
        return request => read((T)request);
    }
}
