using System.Text.Json.Serialization;

namespace ECommerce.Kernel;

/// <summary>The part of a result that pipeline behaviors use, without the type of its value.</summary>
public interface IResult<TSelf> where TSelf : IResult<TSelf>
{
    Error? Error { get; }

    static abstract TSelf Fail(Error error);
}

/// <summary>A value or a refusal. Expected failures are values; unexpected ones are exceptions.</summary>
public sealed record Result<T> : IResult<Result<T>>
{
    [JsonConstructor]
    private Result(T? value, Error? error) => (Value, Error) = (value!, error);

    /// <summary>The value; undefined when there is an <see cref="Error"/>.</summary>
    public T Value { get; }

    /// <summary>The refusal; null when there is a value.</summary>
    public Error? Error { get; }

    public static Result<T> Ok(T value) => new(value, null);

    public static Result<T> Fail(Error error) => new(default, error);

    public static implicit operator Result<T>(T value) => Ok(value);

    public static implicit operator Result<T>(Error error) => Fail(error);
}
