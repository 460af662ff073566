namespace ECommerce.Kernel;

/// <summary>
/// The group of a customer: one of eight letters, computed from the customer's id, so that an effect on some customers can be seen in signals
/// that name none. A group says nothing about its members; the ids are random.
/// </summary>
public static class CustomerGroup
{
    /// <summary>The attribute of spans.</summary>
    public const string Attribute = "app.customer.group";

    private static readonly string[] Letters = ["a", "b", "c", "d", "e", "f", "g", "h"];

    /// <summary>The groups.</summary>
    public static IReadOnlyList<string> All => Letters;

    /// <summary>The group of the customer with this id.</summary>
    public static string Of(Guid customer)
    {
        Span<byte> bytes = stackalloc byte[16];
        customer.TryWriteBytes(bytes);
        // The last byte is random in every version of ids that is in use; the first ones may be a time.
        return Letters[bytes[^1] % Letters.Length];
    }
}
