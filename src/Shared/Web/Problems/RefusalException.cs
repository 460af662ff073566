using ECommerce.Kernel;

namespace ECommerce.Web;

/// <summary>Carries a refusal out of code that cannot return one, such as the binding of a header.</summary>
internal sealed class RefusalException(Error error) : Exception(error.Title)
{
    public Error Error { get; } = error;

    public static RefusalException Invalid(string field, string message) => new(CommonErrors.ValidationFailed.At(field, message));
}
