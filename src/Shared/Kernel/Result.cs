using System.Text.Json.Serialization;

namespace ECommerce.Kernel;

/// <summary>What a behavior needs to know of a result without knowing what it holds.</summary>
public interface IResult<TSelf> where TSelf : IResult<TSelf>
{
    Error? Error { get; }

    static abstract TSelf Fail(Error error);
}

/// <summary>What was asked for, or the refusal. Expected failures are values; the unexpected is an exception.</summary>
public sealed record Result<T> : IResult<Result<T>>
{
    [JsonConstructor]
    private Result(T? value, Error? error) => (Value, Error) = (value!, error);

    /// <summary>What was asked for; nothing to rely on in a refusal, so look at <see cref="Error"/> first.</summary>
    public T Value { get; }

    /// <summary>Why not; null when it went well.</summary>
    public Error? Error { get; }

    public static Result<T> Ok(T value) => new(value, null);

    public static Result<T> Fail(Error error) => new(default, error);

    public static implicit operator Result<T>(T value) => Ok(value);

    public static implicit operator Result<T>(Error error) => Fail(error);
}
