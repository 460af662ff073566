using Microsoft.AspNetCore.Components;

namespace Observability.Console.Parts;

/// <summary>A drag over an area with <c>data-brush</c>: the fractions of its width and height, from the upper left.</summary>
public sealed class BrushEventArgs : EventArgs
{
    public double X0 { get; set; }

    public double X1 { get; set; }

    public double Y0 { get; set; }

    public double Y1 { get; set; }
}

/// <summary>The scroll position of an element with <c>data-window</c>, in CSS pixels.</summary>
public sealed class WindowScrollEventArgs : EventArgs
{
    public double Top { get; set; }

    public double Height { get; set; }
}

/// <summary>The events of <c>console.js</c>, as Blazor's attributes <c>onbrush</c> and <c>onwindowscroll</c>.</summary>
[EventHandler("onbrush", typeof(BrushEventArgs), enableStopPropagation: true, enablePreventDefault: false)]
[EventHandler("onwindowscroll", typeof(WindowScrollEventArgs), enableStopPropagation: true, enablePreventDefault: false)]
public static class EventHandlers;
